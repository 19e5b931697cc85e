import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parsePage } from '../../overrides/src/config.ts';
import { apiUrl, folderOf, freeName, pathUrl, serverUrl, sessionPath, tokenPage } from '../../overrides/src/hosted/addresses.ts';
import { parsePass, parseUser, serverNamed } from '../../overrides/src/hosted/answers.ts';
import { hostedContents } from '../../overrides/src/hosted/contents.ts';
import { Hub } from '../../overrides/src/hosted/hub.ts';
import { HubTrouble, troubleWords, type Trouble } from '../../overrides/src/hosted/problems.ts';
import type { HubPlace } from '../../overrides/src/types.ts';

const PLACE: HubPlace = {
  id: 'gpu', label: 'GPU server', hub: 'https://hub.example.edu/jupyter/', notebook: 'course/module 4/net.ipynb', profile: 'gpu', server: '',
};
const ORIGIN = 'https://book.example.edu';
const TOKEN = '5ecre7';

function answer(status: number, body: unknown = null): Response {
  return new Response(status === 204 ? null : JSON.stringify(body), { status });
}

/** A hub that gives these answers in turn, and what it was asked. */
function hubOf(...answers: readonly (Response | Error)[]): { hub: Hub; asked: { url: string; init: RequestInit }[] } {
  const asked: { url: string; init: RequestInit }[] = [];
  const left = [...answers];
  const get: typeof fetch = async (input, init = {}) => {
    asked.push({ url: String(input), init });
    const next = left.shift();
    if (next === undefined) throw new TypeError('nothing more was expected');
    if (next instanceof Error) throw next;
    return next;
  };
  return { hub: new Hub(PLACE, TOKEN, { get, origin: ORIGIN }), asked };
}

async function troubleOf(promise: Promise<unknown>): Promise<Trouble> {
  const error: unknown = await promise.then(() => null, (reason: unknown) => reason);
  assert.ok(error instanceof HubTrouble, `a HubTrouble was expected, not ${String(error)}`);
  return error.trouble;
}

suite('which addresses does a page use, and which may a token go to?', () => {
  test('names of people and files are written as they must be in an address', () => {
    assert.equal(apiUrl(PLACE.hub, 'users', 'ada@example.edu/x', 'server'), 'https://hub.example.edu/jupyter/hub/api/users/ada%40example.edu%2Fx/server');
    assert.equal(tokenPage(PLACE.hub), 'https://hub.example.edu/jupyter/hub/token');
    assert.equal(pathUrl('/module 4/größe + #1.ipynb'), 'module%204/gr%C3%B6%C3%9Fe%20%2B%20%231.ipynb');
    assert.equal(folderOf('a/b/c.ipynb'), 'a/b');
    assert.equal(folderOf('c.ipynb'), '');
  });

  test('a server on the hub, or on a domain below it, is followed', () => {
    assert.equal(serverUrl(PLACE.hub, '/jupyter/user/ada/'), 'https://hub.example.edu/jupyter/user/ada/');
    assert.equal(serverUrl(PLACE.hub, '/jupyter/user/ada%40x/gpu'), 'https://hub.example.edu/jupyter/user/ada%40x/gpu/');
    assert.equal(serverUrl(PLACE.hub, 'https://ada.hub.example.edu/user/ada/'), 'https://ada.hub.example.edu/user/ada/');
  });

  for (const elsewhere of [
    '//evil.example/user/ada/', 'https://evil.example/user/ada/', 'http://hub.example.edu/user/ada/', 'https://hub.example.edu:8443/user/ada/',
    'https://evilhub.example.edu/', 'https://x@hub.example.edu/user/ada/', '/user/ada/?next=x', 'javascript:alert(1)', 'https://[',
  ]) {
    test(`a token does not go to ${elsewhere}`, () => assert.equal(serverUrl(PLACE.hub, elsewhere), null));
  }

  test('a kernel starts beside the notebook and is not the notebook’s own', () => {
    assert.equal(sessionPath('course/module 4/net.ipynb', 'ab12'), 'course/module 4/net (book page ab12)');
    assert.equal(sessionPath('net.ipynb', 'ab12'), 'net (book page ab12)');
  });

  test('copies are counted', () => {
    assert.deepEqual([1, 2, 3].map((turn) => freeName('a.b/net.ipynb', turn)), ['a.b/net.ipynb', 'a.b/net (2).ipynb', 'a.b/net (3).ipynb']);
    assert.equal(freeName('a.b/net', 2), 'a.b/net (2)');
  });
});

suite('is what a hub answers read as foreign text?', () => {
  const user = { kind: 'user', name: 'ada', servers: {
    '': { name: '', ready: true, pending: null, url: '/user/ada/', full_url: null },
    gpu: { ready: false, pending: 'spawn', url: '/user/ada/gpu/' },
    old: { ready: false, pending: 'stop', url: '/user/ada/old/' },
    stopped: { ready: false, stopped: true, url: '/user/ada/stopped/' },
    odd: 7,
  } };

  test('servers that run or start are found, others are not', () => {
    const parsed = parseUser(user);
    assert.ok(parsed.ok);
    assert.deepEqual(parsed.value.servers, [{ name: '', url: '/user/ada/', ready: true }, { name: 'gpu', url: '/user/ada/gpu/', ready: false }]);
    assert.equal(serverNamed(parsed.value.servers, 'gpu')?.url, '/user/ada/gpu/');
    assert.equal(serverNamed(parsed.value.servers, 'old'), null);
  });

  for (const odd of [null, 'ada', [], {}, { name: '' }, { name: 'x', kind: 'service' }, { name: 5 }]) {
    test(`${JSON.stringify(odd)} is nobody`, () => assert.equal(parseUser(odd).ok, false));
  }

  test('a person without servers has none', () => assert.deepEqual(parseUser({ name: 'ada' }), { ok: true, value: { name: 'ada', servers: [] } }));

  test('a pass needs a name and a text', () => {
    assert.deepEqual(parsePass({ id: 'a1', token: 't', more: 1 }), { ok: true, value: { id: 'a1', token: 't' } });
    for (const odd of [null, {}, { id: 'a1' }, { token: 't' }, { id: 1, token: 't' }]) assert.equal(parsePass(odd).ok, false);
  });
});

suite('does the token go into headers only?', () => {
  test('an address never holds it, and no cookie goes along', async () => {
    const { hub, asked } = hubOf(answer(200, { name: 'ada', servers: {} }), answer(201, { id: 'a1', token: 'pass' }));
    await hub.user();
    assert.deepEqual(await hub.pass('ada'), { id: 'a1', token: 'pass' });
    for (const { url, init } of asked) {
      assert.ok(!url.includes(TOKEN));
      assert.equal(new Headers(init.headers).get('Authorization'), `token ${TOKEN}`);
      assert.equal(init.credentials, 'omit');
      assert.equal(init.redirect, 'error');
    }
    assert.deepEqual(JSON.parse(String(asked[1]?.init.body)).scopes, ['access:servers!server=ada/']);
  });

  test('the look whether a hub answers at all goes without it', async () => {
    const { hub, asked } = hubOf(new TypeError('Failed to fetch'), answer(200));
    assert.deepEqual(await troubleOf(hub.user()), { kind: 'origin', server: false });
    assert.equal(asked[1]?.init.mode, 'no-cors');
    assert.equal(new Headers(asked[1]?.init.headers).get('Authorization'), null);
  });

  test('what is forgotten is gone', async () => {
    const { hub, asked } = hubOf();
    hub.forget();
    await assert.rejects(hub.user(), /not connected any more/);
    assert.deepEqual(asked, []);
  });
});

suite('does each failure have its sentence?', () => {
  test('a hub that cannot be reached', async () => {
    assert.deepEqual(await troubleOf(hubOf(new TypeError('x'), new TypeError('x')).hub.user()), { kind: 'unreachable' });
  });

  test('a token that was never known, and one that was', async () => {
    assert.deepEqual(await troubleOf(hubOf(answer(403)).hub.user()), { kind: 'token' });
    const { hub } = hubOf(answer(200, { name: 'ada' }), answer(403));
    await hub.user();
    assert.deepEqual(await troubleOf(hub.user()), { kind: 'ended' });
  });

  test('a token that may ask who it is but make no pass', async () => {
    const { hub } = hubOf(answer(403), answer(200, { name: 'ada' }));
    assert.deepEqual(await troubleOf(hub.pass('ada')), { kind: 'limited' });
  });

  test('an answer that makes no sense', async () => {
    assert.deepEqual(await troubleOf(hubOf(answer(200, [])).hub.user()), { kind: 'odd', told: 'the hub did not say who the token belongs to' });
    assert.deepEqual(await troubleOf(hubOf(answer(500, { message: 'no database' })).hub.user()), { kind: 'odd', told: '500: no database' });
  });

  test('what only IT can change names the site and the hub', () => {
    for (const trouble of [{ kind: 'origin', server: true }, { kind: 'origin', server: false }, { kind: 'socket' }] as const) {
      const words = troubleWords(trouble, { label: 'GPU server', hub: PLACE.hub, origin: ORIGIN });
      assert.match(words, /https:\/\/book\.example\.edu/);
      assert.match(words, /https:\/\/hub\.example\.edu\/jupyter\//);
    }
  });

  test('a start that is on its way already is no failure', async () => {
    const { hub, asked } = hubOf(answer(400, { message: 'ada is pending spawn' }));
    await hub.start('ada');
    assert.equal(asked[0]?.url, 'https://hub.example.edu/jupyter/hub/api/users/ada/server');
    assert.deepEqual(JSON.parse(String(asked[0]?.init.body)), { profile: 'gpu' });
  });
});

suite('is a file on the server never written over?', () => {
  /** A server with these files. It refuses to rename onto one of them, and no page of another site can read a refusal: as jupyter_server. */
  function server(...files: readonly string[]): { files: Set<string>; ask: (path: string, init?: RequestInit) => Promise<Response> } {
    const there = new Set(files);
    return {
      files: there,
      ask: async (path, init = {}) => {
        const name = decodeURIComponent(path.replace(/^api\/contents\//, '').replace(/\?.*$/, ''));
        if (path.includes('type=directory') && (name === '' || there.has(name))) {
          return answer(200, { content: [...there].filter((each) => folderOf(each) === name).map((each) => ({ name: each.slice(each.lastIndexOf('/') + 1) })) });
        }
        if (init.method === undefined) {
          if (there.has(name)) return answer(200, { content: {} });
          throw new TypeError('Failed to fetch');
        }
        const body = JSON.parse(String(init.body));
        if (init.method === 'PUT') there.add(name);
        if (init.method === 'PATCH') {
          if (there.has(body.path)) throw new TypeError('Failed to fetch');
          there.delete(name);
          there.add(body.path);
        }
        return answer(201, {});
      },
    };
  }

  test('a free name is taken as it is, and folders are made', async () => {
    const { ask, files } = server();
    assert.equal(await hostedContents(ask, () => 'u').save('a/b/net.ipynb', {}), 'a/b/net.ipynb');
    assert.deepEqual([...files].sort(), ['a', 'a/b', 'a/b/net.ipynb']);
  });

  test('a name that is taken is left alone, whatever is there', async () => {
    const { ask, files } = server('net.ipynb', 'net (2).ipynb');
    assert.equal(await hostedContents(ask, () => 'u').save('net.ipynb', {}), 'net (3).ipynb');
    assert.deepEqual([...files].sort(), ['net (2).ipynb', 'net (3).ipynb', 'net.ipynb']);
  });

  test('what is not there is not asked for', async () => {
    const { ask } = server('a', 'a/net.ipynb');
    const contents = hostedContents(ask, () => 'u');
    assert.deepEqual([await contents.exists('a'), await contents.exists('a/net.ipynb'), await contents.exists('a/b.ipynb'), await contents.exists('c/d/e.ipynb')], [true, true, false, false]);
    assert.deepEqual([await contents.read('a/net.ipynb'), await contents.read('c/d.ipynb')], [{}, null]);
  });

  test('a name that somebody else has taken at the last moment is left alone too', async () => {
    const { ask, files } = server();
    const late: typeof ask = async (path, init) => {
      if (init?.method === 'PATCH' && String(init.body).includes('"net.ipynb"')) files.add('net.ipynb');
      return ask(path, init);
    };
    assert.equal(await hostedContents(late, () => 'u').save('net.ipynb', {}), 'net (2).ipynb');
  });

  test('a server that refuses is quoted', async () => {
    const refuse = async (): Promise<Response> => answer(507, { message: 'disk is full' });
    await assert.rejects(hostedContents(refuse, () => 'u').save('net.ipynb', {}), /507: disk is full/);
    await assert.rejects(hostedContents(refuse, () => 'u').exists('net.ipynb'), /507: disk is full/);
  });
});

suite('are hubs in the page read strictly?', () => {
  const page = { schema: 1, course: { id: 'c' }, notebook: 'n', route: 'hosted', root: './', cells: [] };

  test('a hub is read', () => {
    const parsed = parsePage({ ...page, hubs: [PLACE] });
    assert.ok(parsed.ok);
    assert.deepEqual(parsed.value.hubs, [PLACE]);
  });

  test('a page of an older build has none', () => {
    const parsed = parsePage(page);
    assert.ok(parsed.ok);
    assert.deepEqual(parsed.value.hubs, []);
  });

  for (const hub of ['hub.example.edu/', 'https://hub.example.edu', 'https://x:y@hub.example.edu/', 'javascript:x/', 'https://hub.example.edu/?q=/', '/hub/', '']) {
    test(`“${hub}” is no hub`, () => assert.equal(parsePage({ ...page, hubs: [{ ...PLACE, hub }] }).ok, false));
  }

  for (const odd of [7, {}, [7], [{ ...PLACE, id: '' }], [{ ...PLACE, notebook: 5 }], [{ ...PLACE, profile: 5 }]]) {
    test(`${JSON.stringify(odd)} is refused`, () => assert.equal(parsePage({ ...page, hubs: odd }).ok, false));
  }
});
