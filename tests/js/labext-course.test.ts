import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { answerable } from '../../overrides/src/labext/course/answerable.ts';
import { activityAt, pageOf, readActivities } from '../../overrides/src/labext/course/activities.ts';
import { cellIn, hashOf, identityOf } from '../../overrides/src/labext/course/cell-link.ts';
import { Forgiving, goesOn } from '../../overrides/src/labext/python/forgiving.ts';
import { beginDark, bookIsDark, concernsTheme, DARK, tellBook } from '../../overrides/src/labext/course/theme-choice.ts';

const LITE = 'https://course.example/sub/lite/';
const HOSTED = {
  path: 'm/gpu.ipynb', title: 'A network', page: 'm/gpu%20x.html', listed: true, here: false, why: ['Needs a GPU.', 3], meanwhile: 'Read.',
  launches: [{ id: 'hub', label: 'Hub', wait: '3 minutes', href: 'https://hub.example/x' }, { id: 'lti', href: 'https://hub.example/y', sign_in: 'https://vle.example/' }, { id: 'odd', href: 'https://hub.example/z', sign_in: 'javascript:alert(1)' },
    { id: 'bad', href: 'javascript:alert(1)' }, 'no'],
};

suite('what does the course consist of?', () => {
  test('of what the build says, and links only to pages of the web', () => {
    const [one, ...others] = readActivities([HOSTED, { path: 3 }, null]);
    assert.ok(one !== undefined);
    assert.deepEqual(others, []);
    assert.deepEqual(one.why, ['Needs a GPU.']);
    assert.deepEqual(one.launches, [
      { id: 'hub', label: 'Hub', wait: '3 minutes', href: 'https://hub.example/x', signIn: '' },
      { id: 'lti', label: 'lti', wait: '', href: 'https://hub.example/y', signIn: 'https://vle.example/' },
      { id: 'odd', label: 'odd', wait: '', href: 'https://hub.example/z', signIn: '' },
    ]);
    assert.equal(pageOf(one, LITE), 'https://course.example/sub/m/gpu%20x.html');
  });
  test('in the order of the book', () => {
    const paths = ['z.ipynb', 'a.ipynb'];
    assert.deepEqual(readActivities(paths.map((path) => ({ path, page: 'p.html' }))).map(({ path }) => path), paths);
  });
  test('a drive before the path is not part of it', () => {
    const known = readActivities([HOSTED]);
    assert.equal(activityAt(known, 'Drive:m/gpu.ipynb')?.title, 'A network');
    assert.equal(activityAt(known, 'gpu.ipynb'), null);
  });
  for (const nothing of [undefined, null, {}, 'text']) {
    test(`of nothing: ${String(nothing)}`, () => assert.deepEqual(readActivities(nothing), []));
  }
});

suite('which cell does an address name?', () => {
  const cell = (satchel: unknown): { getMetadata(key: string): unknown } => ({ getMetadata: (key) => (key === 'satchel' ? satchel : null) });
  test('the one it was made for', () => {
    for (const id of ['c-1', 'ä b', 'a#b%']) assert.equal(cellIn(hashOf(id)), id);
  });
  test('none', () => {
    for (const hash of ['', '#top', '#cell:%']) assert.equal(cellIn(hash), null);
    assert.equal(hashOf(null), '');
  });
  test('only cells that the book has are named', () => {
    assert.equal(identityOf(cell({ cell: 'c-1' })), 'c-1');
    for (const other of [undefined, {}, { cell: 3 }]) assert.equal(identityOf(cell(other)), null);
  });
});

suite('do the cells after one that is meant to fail run?', () => {
  const tagged = { getMetadata: () => ['raises-exception'] };
  const plain = { getMetadata: () => undefined };
  const fails = (message: string) => (): Promise<boolean> => Promise.reject(new Error(message));
  test('the error in such a cell is no failure', async () => {
    assert.equal(await goesOn(tagged, fails('KernelReplyNotOK: ZeroDivisionError')), true);
  });
  test('that of another cell is, and so is one of the kernel', async () => {
    await assert.rejects(goesOn(plain, fails('KernelReplyNotOK: ZeroDivisionError')));
    await assert.rejects(goesOn(tagged, fails('Session has no kernel.')));
  });
  const request = (stop: boolean) => ({ header: { msg_type: 'execute_request', msg_id: 'm' }, content: { code: '', stop_on_error: stop } });
  const reply = { header: { msg_type: 'execute_reply' }, parent_header: { msg_id: 'm' }, metadata: { a: 1 }, content: {} };
  type Message = Parameters<Forgiving['asked']>[0];
  test('the kernel keeps the cells that wait', () => {
    const forgiving = new Forgiving();
    forgiving.asked(request(false) as unknown as Message);
    assert.deepEqual(forgiving.reply(reply as unknown as Message).metadata, { a: 1, cause: 'interrupt' });
    assert.equal(forgiving.reply(reply as unknown as Message), reply);
  });
  test('but not after any other error', () => {
    const forgiving = new Forgiving();
    forgiving.asked(request(true) as unknown as Message);
    assert.equal(forgiving.reply(reply as unknown as Message), reply);
  });
});

suite('light or dark?', () => {
  const memory = (values: Record<string, string>) => ({
    values,
    getItem: (key: string) => values[key] ?? null,
    setItem: (key: string, value: string) => { values[key] = value; },
  });
  test('as the reader chose in the book, else as the system is', () => {
    assert.equal(bookIsDark(memory({ mode: 'dark' }), false), true);
    assert.equal(bookIsDark(memory({ mode: 'light' }), true), false);
    for (const left of [memory({ mode: 'auto', theme: 'light' }), memory({}), null]) {
      assert.equal(bookIsDark(left, true), true);
      assert.equal(bookIsDark(left, false), false);
    }
  });
  test('what is chosen in JupyterLab is what the book finds', () => {
    const kept = memory({});
    tellBook(kept, true, false);
    assert.deepEqual(kept.values, { mode: 'dark', theme: 'dark' });
    tellBook(kept, false, true);
    assert.deepEqual(kept.values, { mode: 'auto', theme: 'light' });
    tellBook(null, true, false);
  });
  test('other keys of the storage do not matter', () => {
    assert.deepEqual(['mode', 'theme', null, 'other'].map(concernsTheme), [true, true, true, false]);
  });
  test('JupyterLab begins dark, with the author\'s other settings', () => {
    const id = '@jupyterlab/apputils-extension:themes';
    assert.deepEqual(beginDark({ a: 1, settingsOverrides: { x: { y: 1 }, [id]: { z: 2 } } }), { a: 1, settingsOverrides: { x: { y: 1 }, [id]: { z: 2, theme: DARK } } });
    assert.deepEqual(beginDark({}), { settingsOverrides: { [id]: { theme: DARK } } });
  });
});

suite('can the address of a renamed notebook be loaded again?', () => {
  test('a server\'s address becomes one of a static host', () => {
    assert.equal(answerable('https://x.edu/course/lite/notebooks/a%2Fb.ipynb', 'a/b c.ipynb'), 'https://x.edu/course/lite/notebooks/index.html?path=a%2Fb%20c.ipynb');
  });

  test('an address that is right stays', () => {
    for (const url of ['https://x.edu/lite/notebooks/index.html?path=a.ipynb', 'https://x.edu/lite/lab/index.html', 'https://x.edu/lite/notebooks/']) {
      assert.equal(answerable(url, 'a.ipynb'), null);
    }
  });
});
