"""Does a course that a reader keeps open without a connection, whole and of one edition, and go away again?"""

from __future__ import annotations

import json
import re
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from satchel import assemble

from .editions import copy_site, new_text
from .pages import cell, cell_ids, output, page_data, ready, rewrite, run, run_first_notebook_cell, saved, source
from .profiles import Profile
from .statichost import Host
from .test_access import NARROW, SCHEMES, violations_in_both_schemes
from .work import panel, write

pytestmark = pytest.mark.browser

ACTIVITIES = "activities.html"
PAGE = "module-1-values/values-and-functions.html"
OTHER = "module-1-values/asking-questions.html"
WITH_PACKAGE = "module-2-tables/read-a-csv.html"
NOTEBOOK = "lite/notebooks/index.html?path=module-2-tables%2Fread-a-csv.ipynb"
# Fetching, hashing and storing a course, on a slow and busy computer.
ARRIVES = 240_000
STARTS = 180_000
# How the second edition's first cell begins, as its page has it.
SECOND = '"source": "# second'
FINE: dict[str, list[str]] = {scheme: [] for scheme in SCHEMES}


@pytest.fixture(scope="session")
def small(demo_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book with the files that Python starts from, without JupyterLite and packages: quick to keep."""
    site = copy_site(demo_site, tmp_path_factory.mktemp("small") / "site")
    shutil.copytree(
        demo_site / "runtime",
        site / "runtime",
        ignore=shutil.ignore_patterns("scipy*", "scikit*", "matplotlib*", "pandas*", "numpy*"),
    )
    assemble.seal(site)
    return site


@pytest.fixture
def host(small: Path) -> Iterator[Host]:
    made = Host(small)
    yield made
    made.down()


def edition(site: Path, target: Path, line: str) -> Path:
    """The next edition: the author has put a line on top of the first cell of a page."""
    shutil.copytree(site, target)
    data = re.search(r'id="satchel-page">(.*?)</script>', (target / PAGE).read_text("utf-8"), re.DOTALL)
    assert data
    new_text(target, PAGE, json.loads(data[1])["cells"][0]["id"], line)
    assemble.seal(target)
    return target


def opened(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(address)
    return page


def section(page: Page) -> Locator:
    return page.locator(".satchel-offline")


def stands(page: Page, how: str) -> None:
    """Wait until the page says how it stands with the kept copy."""
    expect(section(page)).to_have_attribute("data-standing", how, timeout=ARRIVES)


def keep(context: BrowserContext, home: str) -> Page:
    """Keep the course, as a reader does."""
    page = opened(context, home + ACTIVITIES)
    stands(page, "off")
    section(page).locator(".satchel-keep-offline").click()
    stands(page, "kept")
    return page


def scopes(page: Page) -> list[str]:
    """The scopes of all service workers of the origin."""
    found = page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => scope)")
    return [str(scope) for scope in found]


def stored(page: Page) -> list[str]:
    """The names of all caches of the origin."""
    return [str(name) for name in page.evaluate("() => caches.keys()")]


def until(page: Page, question: str, argument: object = None) -> None:
    """Wait for a yes to an asynchronous question. The driver's own waiting takes any promise for one."""
    end = time.monotonic() + ARRIVES / 1000
    while not page.evaluate(question, argument):
        assert time.monotonic() < end, question
        page.wait_for_timeout(100)


def test_is_everything_there_without_the_host_after_the_browser_was_ended(profile: Profile, demo_site: Path) -> None:
    host = Host(demo_site)
    try:
        context = profile.start()
        # JupyterLite has been here before, with a worker of its own.
        notebook = opened(context, host.home + NOTEBOOK)
        run_first_notebook_cell(notebook)
        notebook.close()
        page = keep(context, host.home)
        assert scopes(page) == [host.home]
        profile.kill()
        host.down()

        context = profile.start()
        everything = [name for name, _, _ in json.loads((demo_site / "offline.json").read_text("utf-8"))["files"]]
        page = opened(context, host.home)
        missing = page.evaluate(
            """async (names) => {
              const absent = [];
              for (const name of names) {
                const answer = await fetch(name.split('/').map(encodeURIComponent).join('/')).catch(() => null);
                if (answer?.status !== 200) absent.push(name);
                await answer?.body?.cancel();
              }
              return absent;
            }""",
            everything,
        )
        assert missing == []
        for name in everything:
            if name.endswith(".html") and not name.startswith(("lite/", "_static/")):
                answer = page.goto(host.home + name)
                assert answer
                assert answer.status == 200, name
        page.goto(host.home + WITH_PACKAGE)
        ready(page)
        first = cell_ids(page)[0]
        rewrite(page, first, "import pandas\nprint('offline', pandas.Series([40, 2]).sum())")
        cell(page, first).locator(".satchel-run").click()
        expect(output(page, first)).to_have_text("offline 42", timeout=STARTS)
        saved(page)
        notebook = opened(context, host.home + NOTEBOOK)
        assert run_first_notebook_cell(notebook)
        assert scopes(notebook) == [host.home]
    finally:
        host.down()


def test_does_a_reader_who_keeps_nothing_get_no_worker_and_no_code_for_it(profile: Profile, host: Host) -> None:
    page = opened(profile.start(), host.home + PAGE)
    ready(page)
    page.wait_for_load_state("networkidle")
    assert (scopes(page), stored(page)) == ([], [])
    assert not [
        path for path in host.asked if "keep-offline" in path or path.endswith(("offline.json", "service-worker.js"))
    ]


def test_does_an_interrupted_download_go_on_where_it_was(profile: Profile, host: Host) -> None:
    context = profile.start()
    host.fate = lambda path: False if path.startswith("/runtime/") else None
    page = opened(context, host.home + ACTIVITIES)
    stands(page, "off")
    section(page).locator(".satchel-keep-offline").click()
    stands(page, "part")
    expect(section(page).locator(".satchel-offline-problem")).to_contain_text("connection to the site was lost")
    # Nothing half stands between the reader and the site.
    assert scopes(page) == []
    here = page.evaluate(
        "async () => (await (await caches.open((await caches.keys()).find((n) => n.endsWith('files')))).keys()).length"
    )
    assert here > 20
    profile.kill()
    host.asked.clear()
    host.fate = lambda _path: None
    # The next page of the course goes on with it by itself.
    page = opened(profile.start(), host.home + ACTIVITIES)
    stands(page, "kept")
    listed = json.loads((host.folder / "offline.json").read_text("utf-8"))["files"]
    runtime = [name for name, _, _ in listed if name.startswith("runtime/")]
    fetched = {path[1:] for path in host.asked}
    assert set(runtime) <= fetched
    assert len(fetched) < len(listed) - here + 60
    host.down()
    assert opened(page.context, host.home + OTHER).title()


def test_can_a_reader_stop_it_and_go_on_by_the_keyboard_alone(profile: Profile, host: Host) -> None:
    context = profile.start()
    page = opened(context, host.home + PAGE)
    ready(page)
    go_on = threading.Event()

    def fate(path: str) -> None:
        if path.endswith(".wasm"):
            go_on.wait()

    host.fate = fate
    shown = panel(page).locator(".satchel-offline")
    button = shown.locator(".satchel-keep-offline")
    expect(button).to_have_text("Keep this course for offline use")
    button.focus()
    page.keyboard.press("Enter")
    expect(shown).to_have_attribute("data-standing", "keeping")
    expect(shown.locator(".satchel-stop-offline")).to_be_focused()
    page.keyboard.press("Enter")
    expect(shown).to_have_attribute("data-standing", "part")
    go_on.set()
    expect(button).to_have_text("Continue")
    expect(button).to_be_focused()
    # Stopped is stopped: another page does not go on by itself.
    other = opened(context, host.home + ACTIVITIES)
    stands(other, "part")
    page.keyboard.press("Enter")
    expect(shown).to_have_attribute("data-standing", "kept", timeout=ARRIVES)
    expect(shown.locator(".satchel-remove-offline")).to_be_focused()
    # The other window hears of it.
    stands(other, "kept")


def test_is_too_little_room_told_before_anything_is_stored(profile: Profile, host: Host) -> None:
    context = profile.start()
    page = opened(context, host.home + ACTIVITIES)
    stands(page, "off")
    tools = context.new_cdp_session(page)
    tools.send("Storage.overrideQuotaForOrigin", {"origin": host.home.rstrip("/"), "quotaSize": 5_000_000})
    asked = len(host.asked)
    section(page).locator(".satchel-keep-offline").click()
    problem = section(page).locator(".satchel-offline-problem")
    expect(problem).to_contain_text(re.compile(r"not enough room: the course needs \d+\.\d MB"))
    assert (stored(page), scopes(page)) == ([], [])
    assert set(host.asked[asked:]) <= {"/offline.json"}
    tools.send("Storage.overrideQuotaForOrigin", {"origin": host.home.rstrip("/")})
    section(page).locator(".satchel-keep-offline").click()
    stands(page, "kept")
    expect(problem).to_be_empty()


def test_is_a_file_that_is_not_the_listed_one_never_kept(profile: Profile, host: Host) -> None:
    wrong = "/satchel-course.json"
    host.fate = lambda path: b'{"schema": 1}' if path == wrong else None
    page = opened(profile.start(), host.home + ACTIVITIES)
    stands(page, "off")
    section(page).locator(".satchel-keep-offline").click()
    stands(page, "part")
    expect(section(page).locator(".satchel-offline-problem")).to_contain_text(
        "“satchel-course.json” on the site is not the file"
    )
    # Asked for twice: a copy on the way could have been out of date.
    assert host.asked.count(wrong) >= 2
    assert scopes(page) == []
    host.fate = lambda _path: None
    section(page).locator(".satchel-keep-offline").click()
    stands(page, "kept")


def test_is_an_edition_that_comes_in_between_fetched_instead(
    profile: Profile, host: Host, small: Path, tmp_path: Path
) -> None:
    second = edition(small, tmp_path / "second", "# second")

    def fate(path: str) -> None:
        if path == "/searchindex.js":
            host.folder = second

    host.fate = fate
    page = keep(profile.start(), host.home)
    host.down()
    page.goto(host.home + PAGE)
    assert page_data(page)["cells"][0]["source"].startswith("# second\n")


def test_does_removing_give_the_room_back_and_leave_the_work(profile: Profile, host: Host) -> None:
    context = profile.start()
    page = opened(context, host.home + PAGE)
    ready(page)
    first = cell_ids(page)[0]
    write(page, first, "print('mine')")
    databases = page.evaluate("async () => (await indexedDB.databases()).map(({ name }) => name)")
    before = page.evaluate("async () => (await navigator.storage.estimate()).usage")
    page = keep(context, host.home)
    full = page.evaluate("async () => (await navigator.storage.estimate()).usage")
    assert full > before + 20_000_000
    section(page).locator(".satchel-remove-offline").click()
    stands(page, "off")
    assert (stored(page), scopes(page)) == ([], [])
    until(page, "async (most) => (await navigator.storage.estimate()).usage < most", before + 3_000_000)
    assert set(databases) <= set(page.evaluate("async () => (await indexedDB.databases()).map(({ name }) => name)"))
    page = opened(context, host.home + PAGE)
    ready(page)
    assert source(page, first) == "print('mine')"
    assert page.evaluate("() => navigator.serviceWorker.controller") is None


def test_can_the_course_be_installed_as_an_app(profile: Profile, host: Host) -> None:
    page = opened(profile.start(), host.home)
    browser = page.context.new_cdp_session(page)
    assert browser.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    found = browser.send("Page.getAppManifest")
    assert found["errors"] == []
    manifest = json.loads(found["data"])
    assert (manifest["name"], manifest["start_url"]) == ("Data by hand: working with data in Python", "./")
    assert page.evaluate(
        "async icons => (await Promise.all(icons.map((icon) => fetch(icon)))).every((answer) => answer.ok)",
        [icon["src"] for icon in manifest["icons"]],
    )


def test_do_two_courses_on_one_host_keep_out_of_each_others_way(profile: Profile, small: Path, tmp_path: Path) -> None:
    (tmp_path / "both").mkdir()
    for name in ("one", "two"):
        (tmp_path / "both" / name).symlink_to(small, target_is_directory=True)
    host = Host(tmp_path / "both")
    try:
        context = profile.start()
        one, two = (keep(context, f"{host.home}{name}/") for name in ("one", "two"))
        assert sorted(scopes(one)) == [f"{host.home}one/", f"{host.home}two/"]
        section(one).locator(".satchel-remove-offline").click()
        stands(one, "off")
        assert scopes(two) == [f"{host.home}two/"]
        host.down()
        assert opened(context, f"{host.home}two/{OTHER}").locator("#satchel-page").count() == 1
        refused = context.new_page()
        with pytest.raises(Exception, match="ERR_CONNECTION_REFUSED"):
            # With a query, since the browser's own cache may know the page without one.
            refused.goto(f"{host.home}one/{OTHER}?fresh")
    finally:
        host.down()


def test_does_a_kept_course_survive_the_jupyterlite_of_another_one(
    profile: Profile, small: Path, demo_site: Path, tmp_path: Path
) -> None:
    (tmp_path / "both").mkdir()
    (tmp_path / "both" / "kept").symlink_to(small, target_is_directory=True)
    (tmp_path / "both" / "other").symlink_to(demo_site, target_is_directory=True)
    host = Host(tmp_path / "both")
    try:
        context = profile.start()
        keep(context, f"{host.home}kept/").close()
        # The first visit brings a worker; at the second, it is met.
        for _ in range(2):
            notebook = opened(context, f"{host.home}other/{NOTEBOOK}")
            run_first_notebook_cell(notebook)
            assert sorted(scopes(notebook)) == [f"{host.home}kept/", f"{host.home}other/lite/"]
            notebook.close()
    finally:
        host.down()


def test_does_a_damaged_copy_fall_back_to_the_site(profile: Profile, host: Host) -> None:
    page = keep(profile.start(), host.home)
    page.evaluate("async () => caches.delete((await caches.keys()).find((name) => name.endsWith('files')))")
    page.goto(host.home + PAGE)
    ready(page)
    assert cell_ids(page)


def test_does_a_page_of_a_new_edition_never_mix_with_the_old_copy(
    profile: Profile, host: Host, small: Path, tmp_path: Path
) -> None:
    context = profile.start()
    keep(context, host.home).close()
    second = tmp_path / "second"
    edition(small, second, "# second")
    (second / "satchel-course.json").write_text((small / "satchel-course.json").read_text("utf-8") + " ", "utf-8")
    assemble.seal(second)
    host.folder = second
    # The new list cannot be had: the copy stays what it is.
    host.fate = lambda path: False if path == "/offline.json" else None
    page = opened(context, host.home + PAGE)
    ready(page)
    assert page_data(page)["cells"][0]["source"].startswith("# second\n")
    length = "async () => (await (await fetch(new URL('../satchel-course.json', location))).text()).length"
    new = len((second / "satchel-course.json").read_text("utf-8"))
    assert page.evaluate(length) == new
    # A page that did not change belongs to the copy, with all that it asks for.
    old = opened(context, host.home + OTHER)
    assert old.evaluate(length) == new - 1
    host.down()
    page = opened(context, host.home + PAGE)
    assert not page_data(page)["cells"][0]["source"].startswith("# second\n")


def test_is_a_new_version_ready_quietly_and_never_under_a_running_cell(
    profile: Profile, host: Host, small: Path, tmp_path: Path
) -> None:
    context = profile.start()
    keep(context, host.home).close()
    page = opened(context, host.home + PAGE)
    ready(page)
    first, second_cell = cell_ids(page)[:2]
    rewrite(page, first, "kept = 41")
    run(page, first)
    write(page, second_cell, "import time\nprint('at work')\nwhile True:\n    time.sleep(0.1)")
    cell(page, second_cell).locator(".satchel-run").click()
    expect(output(page, second_cell)).to_have_text("at work")
    host.folder = edition(small, tmp_path / "second", "# second")
    page.evaluate("() => dispatchEvent(new Event('online'))")
    note = page.locator(".satchel-new-version")
    expect(note).to_contain_text("A new version of this course is ready", timeout=ARRIVES)
    expect(note).to_contain_text("waits until Python has finished")
    use = note.locator(".satchel-use-new")
    expect(use).to_be_disabled()
    # The page under which Python works is still the old one, whole.
    assert page.evaluate("() => window.satchel.source('" + first + "')") == "kept = 41"
    page.locator(".satchel-stop").click()
    expect(cell(page, second_cell)).to_have_attribute("data-run", "error", timeout=STARTS)
    expect(use).to_be_enabled()
    use.focus()
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => document.getElementById('satchel-page')?.textContent.includes({json.dumps(SECOND)})")
    ready(page)
    assert source(page, first) == "kept = 41"
    expect(page.locator(".satchel-new-version")).to_have_count(0)
    host.down()
    page = opened(context, host.home + PAGE)
    ready(page)
    assert page_data(page)["cells"][0]["source"].startswith("# second\n")


def test_does_a_tab_of_the_old_edition_stay_whole_while_another_goes_on(
    profile: Profile, host: Host, small: Path, tmp_path: Path
) -> None:
    context = profile.start()
    keep(context, host.home).close()
    old = opened(context, host.home + PAGE)
    ready(old)
    second = tmp_path / "second"
    edition(small, second, "# second")
    (second / "satchel-course.json").write_text((small / "satchel-course.json").read_text("utf-8") + " ", "utf-8")
    assemble.seal(second)
    host.folder = second
    new = opened(context, host.home + PAGE)
    ready(new)
    expect(old.locator(".satchel-new-version")).to_contain_text("is ready", timeout=ARRIVES)
    length = "async () => (await (await fetch(new URL('../satchel-course.json', location))).text()).length"
    assert old.evaluate(length) == len((small / "satchel-course.json").read_text("utf-8"))
    assert new.evaluate(length) == len((second / "satchel-course.json").read_text("utf-8"))
    host.down()
    assert old.evaluate(length) == new.evaluate(length) - 1


def test_can_a_site_take_the_offer_back(profile: Profile, host: Host, small: Path, tmp_path: Path) -> None:
    context = profile.start()
    keep(context, host.home).close()
    site = Path(shutil.copytree(small, tmp_path / "withdrawn"))
    [retired] = site.glob("satchel/*/retired-worker.js")
    shutil.copyfile(retired, site / "service-worker.js")
    assemble.seal(site)
    (site / "offline.json").unlink()
    host.folder = site
    page = opened(context, host.home + PAGE)
    ready(page)
    until(page, "async () => (await navigator.serviceWorker.getRegistrations()).length === 0")
    assert stored(page) == []
    page.goto(host.home + ACTIVITIES)
    stands(page, "no")


def test_can_pieces_of_kept_files_be_had(profile: Profile, host: Host) -> None:
    page = keep(profile.start(), host.home)
    page.goto(host.home)
    host.down()
    answer: dict[str, Any] = page.evaluate(
        """async () => {
          const part = await fetch('satchel-course.json', { headers: { range: 'bytes=0-9' } });
          const beyond = await fetch('satchel-course.json', { headers: { range: 'bytes=99999999-' } });
          const range = part.headers.get('content-range');
          return { status: part.status, range, text: await part.text(), beyond: beyond.status };
        }"""
    )
    text = (host.folder / "satchel-course.json").read_bytes()
    assert answer == {
        "status": 206, "range": f"bytes 0-9/{len(text)}", "text": text[:10].decode(), "beyond": 416,
    }  # fmt: skip


def test_can_everybody_use_it(profile: Profile, host: Host) -> None:
    page = opened(profile.start(), host.home + ACTIVITIES)
    stands(page, "off")
    assert violations_in_both_schemes(page) == FINE
    section(page).locator(".satchel-keep-offline").click()
    stands(page, "kept")
    page.set_viewport_size(NARROW)
    section(page).scroll_into_view_if_needed()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert violations_in_both_schemes(page) == FINE
    page.goto(host.home + PAGE)
    ready(page)
    shown = panel(page)
    expect(shown.locator(".satchel-offline")).to_have_attribute("data-standing", "kept")
    assert violations_in_both_schemes(page) == FINE


def test_is_a_course_that_the_zip_serves_not_offered_once_more(profile: Profile, host: Host) -> None:
    host.fate = lambda path: b"{}" if path == "/.satchel-start" else None
    page = opened(profile.start(), host.home + ACTIVITIES)
    stands(page, "no")
    expect(section(page)).to_contain_text("on your computer already")
    expect(section(page).get_by_role("button")).to_have_count(0)
