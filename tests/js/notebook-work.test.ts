import '../../overrides/node_modules/fake-indexeddb/auto/index.mjs';
import assert from 'node:assert/strict';
import { beforeEach, suite, test } from 'node:test';
import { IDBFactory } from '../../overrides/node_modules/fake-indexeddb/build/esm/index.js';
import type { Copy, CopyCell, CopyEvents } from '../../overrides/src/labext/work/notebook-copy.ts';
import { NotebookWork } from '../../overrides/src/labext/work/notebook-work.ts';
import { parseAuthor, type AuthorNotebook } from '../../overrides/src/notebook/author.ts';
import { digest } from '../../overrides/src/notebook/digest.ts';
import type { KnownCell, Origin } from '../../overrides/src/notebook/known.ts';
import { Journal } from '../../overrides/src/store/journal.ts';
import { EditStore } from '../../overrides/src/store/store.ts';
import { MemoryWords, place, StillClock } from './samples.ts';

beforeEach(() => { globalThis.indexedDB = new IDBFactory(); });

const PROSE = 'Read this.';
const TEXT = `text-${digest(PROSE)}`;

/** The author's notebook: one cell of prose, and code by id. */
function notebook(code: Readonly<Record<string, string>>): AuthorNotebook {
  const cells = [{ id: TEXT, cell_type: 'markdown', source: PROSE },
    ...Object.entries(code).map(([id, source]) => ({ id, cell_type: 'code', source, outputs: [], metadata: {}, execution_count: null }))];
  const known = cells.map(({ id, source }) => [id, digest(source)]);
  const parsed = parseAuthor({ cells, metadata: { satchel: { course: 'demo', notebook: 'n', known } } });
  assert.ok(parsed.ok);
  return parsed.value;
}

/** A notebook in memory that does what JupyterLab's does. */
class Memory implements Copy {
  cells: CopyCell[];
  origin: Origin | null;
  #events: CopyEvents | null = null;

  constructor(author: AuthorNotebook, known: readonly KnownCell[] | null = author.cells.map(({ id, hash }) => ({ id, base: hash, seen: hash }))) {
    this.cells = author.cells.map(({ id, kind, source }) => ({ id, kind, source }));
    this.origin = { course: 'demo', notebook: 'n', known };
  }

  get content(): never { return [...this.cells] as never; }
  kind(id: string): CopyCell['kind'] | null { return this.cells.find((cell) => cell.id === id)?.kind ?? null; }
  text(id: string): string | undefined { return this.cells.find((cell) => cell.id === id)?.source; }
  stamp(course: string, name: string, known: readonly KnownCell[]): void { this.origin = { course, notebook: name, known }; }
  alias(): void { throw new Error('not needed here'); }
  nameOf(own: string): string { return own; }
  write(id: string, source: string): void { this.cells = this.cells.map((cell) => cell.id === id ? { ...cell, source } : cell); }

  arrange(order: readonly string[], body: Parameters<Copy['arrange']>[1]): void {
    const before = this.cells;
    this.cells = order.map((id) => before.find((cell) => cell.id === id) ?? { id, kind: body(id).cell_type as CopyCell['kind'], source: String(body(id).source) });
  }

  replace(content: never): void {
    this.cells = content;
    for (const { id, source } of this.cells) this.#events?.came(id, source);
    this.#events?.moved(true);
  }

  watch(events: CopyEvents): () => void {
    this.#events = events;
    return () => { this.#events = null; };
  }

  /** As a student does. */
  type(id: string, source: string): void {
    this.write(id, source);
    this.#events?.typed(id, source);
  }

  remove(id: string): void { this.cells = this.cells.filter((cell) => cell.id !== id); }

  add(id: string, source: string): void {
    this.cells = [...this.cells, { id, kind: 'code', source }];
    this.#events?.came(id, source);
    this.#events?.moved(false);
  }
}

const clock = new StillClock();

function working(author: AuthorNotebook, copy: Memory, store = new EditStore('demo', () => clock.now())): NotebookWork {
  return new NotebookWork(author, copy, place, 1, { store, journal: new Journal(new MemoryWords(), 'demo'), clock }, {
    cell: () => undefined, moved: () => undefined, storage: () => undefined, saved: () => undefined, remark: () => undefined,
  });
}

async function opened(author: AuthorNotebook, copy: Memory): Promise<NotebookWork> {
  const work = working(author, copy);
  await work.open();
  return work;
}

suite('are a notebook and the store of edits in step?', () => {
  const first = notebook({ a: 'x = 1', b: 'y = 1' });

  test('what is typed is stored, and a copy that was never saved shows it', async () => {
    const copy = new Memory(first);
    const work = await opened(first, copy);
    copy.type('a', 'x = 2');
    await work.close();
    const fresh = new Memory(first);
    await opened(first, fresh);
    assert.equal(fresh.text('a'), 'x = 2');
    assert.equal(fresh.text('b'), 'y = 1');
  });

  test('a saved copy says with which text it was last in step; an unsaved edit is not among them', async () => {
    const copy = new Memory(first);
    const work = await opened(first, copy);
    copy.type('a', 'x = 2');
    await work.session.flush();
    copy.type('a', 'x = 3');
    work.stamp();
    assert.equal(copy.origin?.known?.find(({ id }) => id === 'a')?.seen, digest('x = 2'));
    await work.close();
    // The store has gone on since; the copy has not seen it, and nobody is asked.
    const old = new Memory(first, copy.origin?.known ?? null);
    old.write('a', 'x = 2');
    const again = await opened(first, old);
    assert.equal(old.text('a'), 'x = 3');
    assert.equal(again.session.decision('a').state, 'edited');
  });

  test('nothing is touched before the store has been read', async () => {
    const copy = new Memory(first);
    copy.write('a', 'x = 2');
    const store = new EditStore('demo', () => clock.now());
    store.read = () => Promise.reject(new Error('not now'));
    const work = working(first, copy, store);
    await work.open();
    assert.equal(copy.text('a'), 'x = 2');
    work.stamp();
    assert.equal(copy.origin?.known?.[1]?.seen, digest('x = 1'), 'such a copy promises nothing');
  });

  test('a store that has lost the work gets it back from the copy', async () => {
    const copy = new Memory(first);
    const work = await opened(first, copy);
    copy.type('a', 'x = 2');
    await work.session.flush();
    work.stamp();
    await work.close();
    globalThis.indexedDB = new IDBFactory();
    const again = await opened(first, copy);
    await again.session.flush();
    assert.deepEqual([copy.text('a'), again.session.record('a')?.text], ['x = 2', 'x = 2']);
  });

  test('the author goes on: untouched cells follow, an edited one is asked about, a deleted one stays away', async () => {
    const copy = new Memory(first);
    const work = await opened(first, copy);
    copy.type('a', 'x = 2');
    copy.remove('b');
    await work.session.flush();
    work.stamp();
    await work.close();
    const second = notebook({ n: 'z = 0', a: 'x = 10', b: 'y = 10' });
    const again = await opened(second, copy);
    assert.deepEqual(copy.cells.map(({ id }) => id), [TEXT, 'n', 'a']);
    assert.equal(again.session.decision('a').state, 'conflict');
    assert.equal(copy.text('a'), 'x = 2');
  });

  test('a cell that comes back with another text puts the present one into the history', async () => {
    const copy = new Memory(first);
    const work = await opened(first, copy);
    copy.type('a', 'x = 2');
    await work.session.flush();
    copy.replace([{ id: 'a', kind: 'code', source: 'x = 0' }] as never);
    await work.session.flush();
    assert.equal(work.session.record('a')?.text, 'x = 0');
    assert.ok(work.versions('a').some(({ text }) => text === 'x = 2'));
  });

  test('a file that was saved in another window is taken in, with what is typed meanwhile', async () => {
    const copy = new Memory(first);
    const work = await opened(first, copy);
    copy.type('a', 'x = 2');
    await work.session.flush();
    work.stamp();
    await work.reload(async () => {
      copy.type('a', 'x = 3');
      await Promise.resolve();
      copy.replace([{ id: 'a', kind: 'code', source: 'x = 2' }, { id: 'own', kind: 'code', source: 'theirs' }] as never);
    });
    await work.session.flush();
    assert.deepEqual(copy.cells.map(({ source }) => source), ['x = 3', 'theirs']);
    copy.type('a', 'x = 4');
    await work.session.flush();
    assert.equal(work.session.record('a')?.text, 'x = 4');
  });

  test('a cell that is added while another file is on its way is not lost to it', async () => {
    const copy = new Memory(first);
    const work = await opened(first, copy);
    await work.reload(async () => {
      copy.add('own', 'mine');
      await Promise.resolve();
      copy.replace([{ id: 'a', kind: 'code', source: 'x = 1' }, { id: 'other', kind: 'code', source: 'theirs' }] as never);
    });
    assert.ok(copy.cells.some(({ source }) => source === 'mine'));
    copy.type('a', 'x = 4');
    assert.equal(work.session.decision('a').text, 'x = 4');
  });

  test('a reset makes it the author\'s, and its undo the student\'s', async () => {
    const copy = new Memory(first);
    const work = await opened(first, copy);
    copy.type('a', 'x = 2');
    copy.remove('b');
    copy.cells.push({ id: 'own', kind: 'code', source: 'mine' });
    copy.write(TEXT, 'My words.');
    assert.equal(work.ownParts, true);
    const done = await work.resetAll();
    assert.deepEqual(copy.cells.map(({ id, source }) => [id, source]), [[TEXT, PROSE], ['a', 'x = 1'], ['b', 'y = 1']]);
    assert.equal(done.cells, 4);
    done.undo();
    await work.session.flush();
    assert.deepEqual(copy.cells.map(({ id, source }) => [id, source]), [[TEXT, 'My words.'], ['a', 'x = 2'], ['own', 'mine']]);
    assert.equal(work.session.record('a')?.text, 'x = 2');
    assert.equal((await work.resetAll()).cells > 0, true);
    assert.equal((await work.resetAll()).cells, 0);
  });

  test('a cell that the student made prose of is not the author\'s any more', async () => {
    const copy = new Memory(first);
    const work = await opened(first, copy);
    copy.cells = copy.cells.map((cell) => cell.id === 'a' ? { ...cell, kind: 'markdown' } : cell);
    copy.type('a', 'words');
    await work.session.flush();
    assert.equal(work.session.record('a'), null);
  });
});
