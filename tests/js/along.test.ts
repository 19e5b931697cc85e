import assert from 'node:assert/strict';
import { beforeEach, suite, test } from 'node:test';
import { Window } from '../../overrides/node_modules/happy-dom/lib/index.js';
import { showAlong } from '../../overrides/src/launch/panel.ts';
import type { HostedFiles, LaunchPorts } from '../../overrides/src/launch/watch.ts';

const LINK = 'https://hub.example/hub/user-redirect/git-pull?urlpath=lab%2Ftree%2Fcourse%2Fone%2Fa.ipynb';

/** A server with files; a name that is taken gets a number, as the real one does it. */
class Server implements HostedFiles {
  readonly label = 'GPU server';
  readonly notebook = 'course/one/a.ipynb';
  readonly files = new Map<string, unknown>([['course/one/a.ipynb', { cells: ['of the author'] }]]);

  async read(path: string): Promise<unknown> {
    return this.files.get(path) ?? null;
  }

  async save(path: string, notebook: object): Promise<string> {
    const name = this.files.has(path) ? path.replace('.ipynb', ' (2).ipynb') : path;
    this.files.set(name, notebook);
    return name;
  }
}

let page: Window;
let server: Server | null;
let brought: File[];
let taken: (string | null)[];

function ports(change: Partial<LaunchPorts> = {}): LaunchPorts {
  return {
    flush: async () => undefined, saved: () => true, take: async (name) => { taken.push(name); return []; }, notebook: async () => '{"cells": ["mine"]}',
    files: () => server, bring: (file) => { brought.push(file); }, say: () => undefined, tell: () => undefined, now: () => 0, ...change,
  };
}

beforeEach(() => {
  page = new Window();
  Object.assign(globalThis, { document: page.document, HTMLElement: page.HTMLElement, Element: page.Element, window: page });
  page.document.body.innerHTML = `<div class="satchel-launch"><a class="satchel-open-hosted" data-label="GPU server" href="${LINK}">Open</a></div>`;
  server = null;
  brought = [];
  taken = [];
  showAlong(0, ports());
});

const box = () => page.document.querySelector('.satchel-along');
const press = async (name: string): Promise<string> => {
  (box()?.querySelector(name) as unknown as HTMLElement).click();
  await new Promise((resolve) => { setTimeout(resolve, 0); });
  return box()?.querySelector('.satchel-message')?.textContent ?? '';
};

suite('does the notebook go along?', () => {
  test('only where there is something to take, and somewhere to take it', () => {
    assert.equal(box(), null);
    showAlong(2, ports({ take: null }));
    assert.equal(box(), null);
    showAlong(2, ports());
    assert.match(box()?.textContent ?? '', /You changed 2 cells here.*in the folder course\/one/);
    showAlong(0, ports());
    assert.equal(box(), null);
  });

  test('as a file, under a name of its own', async () => {
    showAlong(1, ports());
    assert.match(await press('.satchel-take-along'), /“a \(my work\)\.ipynb” is among your downloads/);
    assert.deepEqual(taken, ['a (my work).ipynb']);
  });

  test('what goes wrong is told', async () => {
    showAlong(1, ports({ take: async () => { throw new Error('no room'); } }));
    assert.match(await press('.satchel-take-along'), /did not work: no room/);
  });

  test('straight to a server that is connected, beside what is there, and back from where it was put', async () => {
    server = new Server();
    server.files.set('course/one/a (my work).ipynb', 'older');
    showAlong(1, ports());
    assert.match(await press('.satchel-put-there'), /as course\/one\/a \(my work\) \(2\)\.ipynb\. What was there is untouched/);
    assert.deepEqual([...server.files].map(([path, held]) => [path, JSON.stringify(held)]), [
      ['course/one/a.ipynb', '{"cells":["of the author"]}'], ['course/one/a (my work).ipynb', '"older"'], ['course/one/a (my work) (2).ipynb', '{"cells":["mine"]}'],
    ]);
    await press('.satchel-fetch-back');
    assert.deepEqual([brought.map(({ name }) => name), await brought[0]?.text()], [['a (my work) (2).ipynb'], '{"cells":["mine"]}']);
  });

  test('without changes there is only the way back', async () => {
    server = new Server();
    showAlong(0, ports());
    assert.equal(box()?.querySelector('.satchel-take-along'), null);
    assert.equal(box()?.querySelector('.satchel-put-there'), null);
    assert.notEqual(box()?.querySelector('.satchel-fetch-back'), null);
  });

  test('a connection that has ended meanwhile is told', async () => {
    server = new Server();
    server.save = async () => { throw new Error('The connection has ended.'); };
    showAlong(1, ports());
    assert.match(await press('.satchel-put-there'), /did not work: The connection has ended/);
  });
});
