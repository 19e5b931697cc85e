import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { countingFetch, fileBelow } from '../../overrides/src/boot/bytes.ts';
import { fetchFiles, placeFiles } from '../../overrides/src/boot/files.ts';
import { bootRequest, pageMessage, workerMessage, type BytesMessage } from '../../overrides/src/boot/protocol.ts';
import { LINE_BYTES, awaitLine, makeLine, writeLine } from '../../overrides/src/boot/shared-line.ts';

const BASE = 'https://course.example/runtime/';

suite('which messages are ours?', () => {
  const foreign = [null, 3, 'x', [], {}, { id: 1, type: 'APPLY' }, { _kernelMessage: {} }, { satchel: 'other' }];
  for (const data of foreign) {
    test(`not ${JSON.stringify(data)}`, () => {
      assert.equal(workerMessage(data), null);
      assert.equal(pageMessage(data), null);
    });
  }
  test('not ones with a wrong field', () => {
    assert.equal(workerMessage({ satchel: 'bytes', file: 'x', bytes: '3' }), null);
    assert.equal(workerMessage({ satchel: 'ask', id: '1', prompt: '' }), null);
    assert.equal(workerMessage({ satchel: 'missing', path: 'x' }), null);
    assert.equal(pageMessage({ satchel: 'answer', id: 1, text: 5 }), null);
    assert.equal(pageMessage({ satchel: 'share', line: new ArrayBuffer(1) }), null);
  });
  test('what each side sends', () => {
    const ask = { satchel: 'ask', id: 1, prompt: 'Who?', password: false, blocking: true } as const;
    assert.deepEqual(workerMessage(ask), ask);
    assert.deepEqual(pageMessage({ satchel: 'answer', id: 1, text: null }), { satchel: 'answer', id: 1, text: null });
    const share = { satchel: 'share', line: makeLine() } as const;
    assert.deepEqual(pageMessage(share), share);
  });
});

suite('what may the page ask of the boot module?', () => {
  test('nothing: JupyterLite adds no wish', () => assert.equal(bootRequest(undefined), null));
  test('a folder and files', () => {
    const request = { home: '/home', folder: '/home/m', files: [{ path: 'a.csv', url: 'https://x/a.csv', size: 3 }] };
    assert.deepEqual(bootRequest(request), request);
  });
  test('not a file without an address', () => assert.equal(bootRequest({ home: '/home', folder: '/home/m', files: [{ path: 'a' }] }), null));
});

suite('which bytes are counted?', () => {
  const body = new Uint8Array(600 * 1024).fill(7);
  const answer = (): Promise<Response> => Promise.resolve(new Response(body, { headers: { 'content-type': 'application/wasm' } }));

  test('those of files below the runtime, all of them, and none is changed', async () => {
    const seen: BytesMessage[] = [];
    const get = countingFetch(answer, BASE, (message) => seen.push(message));
    const response = await get(`${BASE}pyodide.asm.wasm?v=1`);
    assert.equal(response.headers.get('content-type'), 'application/wasm');
    assert.deepEqual(new Uint8Array(await response.arrayBuffer()), body);
    assert.equal(seen.reduce((sum, { bytes }) => sum + bytes, 0), body.byteLength);
    assert.deepEqual([seen[0]?.file, seen.at(-1)?.done], ['pyodide.asm.wasm', true]);
  });

  test('not those of other files, and not those of a refusal', async () => {
    const get = countingFetch(answer, BASE, () => assert.fail('counted'));
    await (await get('https://course.example/data/x.csv')).arrayBuffer();
    const refusing = countingFetch(() => Promise.resolve(new Response('no', { status: 404 })), BASE, () => assert.fail('counted'));
    assert.equal((await refusing(`${BASE}gone.whl`)).status, 404);
  });

  test('a file is known by its path below the runtime', () => {
    assert.equal(fileBelow(BASE, new URL(`${BASE}a%20b.whl`)), 'a b.whl');
    assert.equal(fileBelow(BASE, new Request(`${BASE}x.whl`)), 'x.whl');
    assert.equal(fileBelow(BASE, '/elsewhere'), null);
  });
});

suite('how do course files get to Python?', () => {
  const files = [
    { path: 'm/data/x.csv', url: 'https://x/x.csv', size: 3 },
    { path: 'm/gone.txt', url: 'https://x/gone.txt', size: 3 },
    { path: 'm/cut.txt', url: 'https://x/cut.txt', size: 3 },
  ];
  const get = ((url: string) => {
    if (url.endsWith('gone.txt')) return Promise.resolve(new Response('', { status: 404, statusText: 'Not Found' }));
    return url.endsWith('cut.txt') ? Promise.reject(new TypeError('Failed to fetch')) : Promise.resolve(new Response('a,b'));
  }) as typeof fetch;

  test('those that arrive are written, the others named with the reason', async () => {
    const folders: string[] = [];
    const written = new Map<string, string>();
    const counted: string[] = [];
    const fetched = await fetchFiles(files, get, ({ file, bytes }) => counted.push(`${file} ${bytes}`));
    const missing = placeFiles({ home: '/home', folder: '/home/m', files }, fetched, {
      mkdirTree: (path) => { folders.push(path); },
      writeFile: (path, data) => { written.set(path, new TextDecoder().decode(data)); },
    });
    assert.deepEqual([...written], [['/home/m/data/x.csv', 'a,b']]);
    assert.deepEqual(folders, ['/home', '/home/m/data']);
    assert.deepEqual(counted, ['m/data/x.csv 3']);
    assert.deepEqual(missing.map(({ path, reason }) => [path, reason]), [
      ['m/gone.txt', 'the server answered 404 Not Found'],
      ['m/cut.txt', 'Failed to fetch'],
    ]);
  });
});

suite('can a line go through shared memory?', () => {
  for (const text of ['Ada', '', 'Zoë ☕', null]) {
    test(JSON.stringify(text), () => {
      const line = makeLine();
      writeLine(line, text);
      assert.equal(awaitLine(line), text);
    });
  }

  test('a longer one than fits is cut between characters', () => {
    const line = makeLine();
    writeLine(line, 'é'.repeat(LINE_BYTES));
    assert.equal(awaitLine(line), 'é'.repeat(LINE_BYTES / 2));
  });

  test('the reader waits for the writer', async () => {
    const line = makeLine();
    const module = new URL('../../overrides/src/boot/shared-line.ts', import.meta.url).href;
    const worker = new Worker(
      `import(${JSON.stringify(module)}).then(({ awaitLine }) => {
        const { parentPort, workerData } = require('node:worker_threads');
        parentPort.postMessage('waiting');
        parentPort.postMessage(awaitLine(workerData));
      });`,
      { eval: true, workerData: line },
    );
    const heard: unknown[] = [];
    await new Promise<void>((resolve) => {
      worker.on('message', (message: unknown) => {
        heard.push(message);
        if (message === 'waiting') writeLine(line, 'there');
        else resolve();
      });
    });
    await worker.terminate();
    assert.deepEqual(heard, ['waiting', 'there']);
  });
});
