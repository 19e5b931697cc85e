"""What stands beside a page of a long course?"""

from __future__ import annotations

import re

from satchel.navigation import Entry, Part, contents, count


def pages(part: int, number: int, children: int = 0) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            name=f"part-{part}/p{n}",
            title=f"Page {part}.{n}",
            children=tuple(Entry(name=f"part-{part}/p{n}/c{c}", title=f"Below {c}") for c in range(children)),
        )
        for n in range(number)
    )


def shown(parts: list[Part], page: str) -> list[str]:
    """The words of the links, in order; the page itself in brackets."""
    html = contents(parts, page, lambda name: f"../{name}.html")
    found = re.findall(r'<a class="[^"]*" href="([^"]*)">(.*?)</a>', html)
    return [f"[{words}]" if target == "#" else re.sub(r"<[^>]*>", "", words) for target, words in found]


def test_the_part_one_is_in_is_open_and_the_others_are_a_way_to_their_first_page() -> None:
    parts = [Part(caption=f"Part {number}", entries=pages(number, 3)) for number in range(3)]
    assert shown(parts, "part-1/p1") == ["Part 0", "Page 1.0", "[Page 1.1]", "Page 1.2", "Part 2"]
    html = contents(parts, "part-1/p1", lambda name: f"../{name}.html")
    assert 'href="../part-0/p0.html"' in html
    assert html.count('<span class="satchel-part-size">3 pages</span>') == 2
    assert html.count('class="toctree-l1 current active"') == 1


def test_nothing_of_a_part_is_lost_that_has_no_caption() -> None:
    assert shown([Part(caption="", entries=pages(0, 4))], "elsewhere") == [f"Page 0.{n}" for n in range(4)]


def test_pages_below_show_on_the_way_to_the_page_only() -> None:
    parts = [Part(caption="Part", entries=pages(0, 3, children=2))]
    assert shown(parts, "part-0/p1/c0") == ["Page 0.0", "Page 0.1", "[Below 0]", "Below 1", "Page 0.2"]
    assert count(parts[0].entries) == 9


def test_of_a_long_list_the_neighbours_show_and_the_ways_on() -> None:
    parts = [Part(caption="", entries=pages(0, 1000))]
    middle = shown(parts, "part-0/p500")
    assert middle[0] == "… 480 before"
    assert middle[-1] == "… 480 more"
    assert "[Page 0.500]" in middle
    assert len(middle) == 42
    assert shown(parts, "part-0/p0")[0] == "[Page 0.0]"
    assert shown(parts, "part-0/p999")[-1] == "[Page 0.999]"


def test_the_weight_does_not_grow_with_the_course() -> None:
    def weight(number: int) -> int:
        return len(contents([Part(caption="", entries=pages(0, number))], "part-0/p50", str))

    assert weight(100_000) < 1.1 * weight(1_000)


def test_titles_are_texts() -> None:
    html = contents([Part(caption="A & B", entries=(Entry(name="x", title="<script>"),))], "y", str)
    assert "<script>" not in html
    assert "A &amp; B" in html


def test_addresses_of_elsewhere_stay() -> None:
    html = contents([Part(caption="", entries=(Entry(name="https://a.org/x", title="A"),))], "y", lambda name: "no")
    assert '<a class="reference external" href="https://a.org/x">A</a>' in html
