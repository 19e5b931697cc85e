"""The student's records as the browser has them: read and written past the page, as a fault would."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

COURSE = "data-by-hand"
NOTEBOOK = "module-2-tables-read-a-csv"
DATABASE = f"satchel/{COURSE}"
JOURNAL = f"satchel/{COURSE}/leaving/{NOTEBOOK}"
# A text file of the site: same origin, same storage, none of satchel's scripts.
BARE_PAGE = "capabilities.json"

_OPEN = """
const opened = (name, version, upgrade = () => {}, waits = true) => new Promise((resolve, reject) => {
  const request = indexedDB.open(name, version);
  if (!waits) request.onblocked = () => reject(new Error('an open tab stands in the way'));
  request.onupgradeneeded = () => upgrade(request);
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
const ended = (tx) => new Promise((resolve, reject) => {
  tx.oncomplete = () => resolve();
  tx.onabort = () => reject(tx.error);
});
"""


def records(page: Page, database: str = DATABASE) -> dict[str, Any]:
    """Everything in a course's database, by its key joined with slashes."""
    found = page.evaluate(
        f"""async (name) => {{ {_OPEN}
          const db = await opened(name);
          const tx = db.transaction('edits');
          const keys = tx.objectStore('edits').getAllKeys();
          const values = tx.objectStore('edits').getAll();
          await ended(tx);
          db.close();
          return keys.result.map((key, index) => [key.join('/'), values.result[index]]);
        }}""",
        database,
    )
    return dict(found)


def record(page: Page, cell: str) -> Any:
    """One cell's record, or `None`."""
    return records(page).get(f"{NOTEBOOK}/{cell}")


def overwrite(page: Page, cell: str, change: str, *given: object) -> Any:
    """Put what the JavaScript function `change(record, ...given)` makes in place of a cell's record; returns it."""
    return page.evaluate(
        f"""async ([name, key, given]) => {{ {_OPEN}
          const db = await opened(name);
          const tx = db.transaction('edits', 'readwrite');
          const read = tx.objectStore('edits').get(key);
          let made;
          read.onsuccess = () => {{
            made = ({change})(read.result, ...given);
            tx.objectStore('edits').put(made, key);
          }};
          await ended(tx);
          db.close();
          return made;
        }}""",
        [DATABASE, [NOTEBOOK, cell], list(given)],
    )


def upgrade(page: Page, *, waits: bool = True) -> int:
    """Bring the database to its next version, as a newer site would; returns that version.

    Without `waits` it fails as soon as an open tab stands in the way.
    """
    return int(
        page.evaluate(
            f"""async ([name, waits]) => {{ {_OPEN}
              const found = (await indexedDB.databases()).find((each) => each.name === name);
              const change = ({{ result }}) => result.createObjectStore('newer');
              const db = await opened(name, found.version + 1, change, waits);
              db.close();
              return db.version;
            }}""",
            [DATABASE, waits],
        )
    )


def version(page: Page) -> int:
    """The database's version."""
    return int(
        page.evaluate(
            "async (name) => (await indexedDB.databases()).find((each) => each.name === name).version", DATABASE
        )
    )


def texts_in(backup: Path) -> list[str]:
    """The texts that a backup holds."""
    with zipfile.ZipFile(backup) as files:
        work = json.loads(files.read("satchel-work.json"))
    return [edit["record"]["text"] for edit in work["edits"]]
