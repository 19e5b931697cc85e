import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { patience } from '../../overrides/src/launch/patience.ts';
import { placeIn } from '../../overrides/src/launch/place.ts';
import { answered, told, type LaunchState } from '../../overrides/src/launch/state.ts';
import { ownName, plainName } from '../../overrides/src/work/file-names.ts';

const PULL = 'git-pull?repo=https%3A%2F%2Fgithub.com%2Fexample%2Fcourse&branch=main&urlpath=lab%2Ftree%2F';

suite('where does a link lead on the server?', () => {
  const tree = encodeURIComponent(`/hub/user-redirect/${PULL}course%2Fmodule%2F%C3%BCbung%201.ipynb`);
  const links: readonly (readonly [string, string, string, string])[] = [
    ['nbgitpuller', `https://hub.example/hub/user-redirect/${PULL}course%2Fone%2Fa.ipynb`, 'course/one', 'a.ipynb'],
    ['a profile that starts first, an umlaut and a space', `https://hub.example/hub/spawn?profile=gpu&next=${tree}`, 'course/module', 'übung 1.ipynb'],
    ['a hub without a repository', 'https://hub.example/base/hub/user-redirect/lab/tree/course/a.ipynb', 'course', 'a.ipynb'],
    ['a binderhub', 'https://binder.example/v2/gh/example/course/main?urlpath=lab%2Ftree%2Fone%2Fa.ipynb', 'one', 'a.ipynb'],
    ['at the top', 'https://hub.example/hub/user-redirect/lab/tree/a.ipynb', '', 'a.ipynb'],
    ['the classic notebook', 'https://hub.example/user/me/notebooks/one/a.ipynb', 'one', 'a.ipynb'],
  ];
  for (const [name, href, folder, file] of links) test(name, () => assert.deepEqual(placeIn(href), { folder, name: file }));

  for (const href of ['https://vle.example/course?id=3', 'https://hub.example/lab/tree/', 'https://hub.example/lab/tree/folder', 'https://hub.example/x?y=%', 'https://hub.example/?a=%25%25%25']) {
    test(`nobody knows: ${href}`, () => assert.equal(placeIn(href), null));
  }
});

suite('how long is a student patient?', () => {
  const waits: readonly (readonly [string, number])[] = [
    ['about three minutes', 180], ['2 to 3 minutes', 180], ['2–5 min', 300], ['30 seconds', 30], ['a minute', 60], ['half an hour', 1800], ['one hour', 3600],
    ['up to 1.5 minutes', 90], ['Ein paar Minuten', 300], ['', 300], ['soon', 300], ['minutes', 300], ['99 hours', 3600], ['0 minutes', 1],
  ];
  for (const [words, seconds] of waits) test(`“${words}”`, () => assert.equal(patience(words), seconds * 1000));
});

suite('what is a student told?', () => {
  const host = { label: 'GPU server', wait: 'about three minutes' };
  const states: readonly LaunchState[] = ['opening', 'open', 'silent', 'down', 'offline', 'blocked', 'late'];

  test('in every bad state, that the work is safe, but only where it is', () => {
    for (const state of states) {
      const good = told(state, host, true).words.join(' ');
      const bad = told(state, host, false).words.join(' ');
      assert.doesNotMatch(good, /could not be saved/);
      assert.match(bad, /could not be saved/);
      assert.doesNotMatch(bad, /safe in this browser/);
      if (!['opening', 'open'].includes(state)) assert.match(good, /safe in this browser/);
    }
  });

  test('the expected wait, and nothing of one that nobody knows', () => {
    assert.match(told('open', host, true).words.join(' '), /Expected wait: about three minutes/);
    assert.doesNotMatch(told('open', { ...host, wait: '' }, true).words.join(' '), /Expected wait/);
    assert.doesNotMatch(told('late', { ...host, wait: '' }, true).title, /\(/);
  });

  test('to try again where that may help', () => {
    assert.deepEqual(states.filter((state) => told(state, host, true).retry), ['silent', 'down', 'offline', 'late']);
  });

  test('what the server answers, unless no window was opened', () => {
    assert.deepEqual((['answers', 'unknown', 'silent', 'down', 'offline'] as const).map((answer) => answered('opening', answer)), ['open', 'open', 'silent', 'down', 'offline']);
    assert.equal(answered('blocked', 'answers'), 'blocked');
    assert.equal(answered('blocked', 'down'), 'blocked');
  });
});

suite('what is a notebook called on its way?', () => {
  test('there, the student\'s own', () => {
    assert.deepEqual([ownName('a b.ipynb'), ownName('a.ipynb', 2), ownName('a')], ['a b (my work).ipynb', 'a (my work 2).ipynb', 'a (my work)']);
  });

  test('back, as the author called it', () => {
    for (const name of ['a (my work).ipynb', 'a (my work) (1).ipynb', 'a (my work 2).ipynb', 'a(3).ipynb', 'a-Copy1.ipynb', 'a (my work)-Copy2.ipynb', 'a-checkpoint.ipynb', 'a.ipynb']) {
      assert.equal(plainName(name), 'a.ipynb', name);
    }
    assert.equal(plainName('lesson (draft).ipynb'), 'lesson (draft).ipynb');
    assert.equal(plainName('(1).ipynb'), '.ipynb');
  });
});
