import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { joinVersions, LONGEST_TEXT, MOST_HISTORY, MOST_VERSIONS, parseRecord, salvage, withVersion } from '../../overrides/src/work/records.ts';
import { decide } from '../../overrides/src/work/edits.ts';
import { cell, record } from './samples.ts';

function problem(value: unknown): string {
  const parsed = parseRecord(value);
  return parsed.ok ? 'accepted' : parsed.problem;
}

suite('which stored values are records?', () => {
  test('one of ours comes back as it was', () => {
    const ours = record({ rival: { text: 'r', time: 2, from: 'backup' }, versions: [{ text: 'v', time: 1, why: 'ran' }] });
    assert.deepEqual(parseRecord(JSON.parse(JSON.stringify(ours))), { ok: true, value: ours });
  });

  const refused: readonly (readonly [string, unknown])[] = [
    ['nothing', undefined], ['null', null], ['a string', 'x = 1'], ['a list', [record()]], ['a number', 7],
    ['a newer schema', { ...record(), schema: 2 }], ['no schema', { ...record(), schema: undefined }],
    ['a schema that is text', { ...record(), schema: '1' }],
    ['text of another type', { ...record(), text: { toString: 1 } }], ['no text', { ...record(), text: undefined }],
    ['a text beyond the limit', { ...record(), text: 'x'.repeat(LONGEST_TEXT + 1) }],
    ['no base', { ...record(), baseText: undefined }], ['a base hash of another type', { ...record(), baseHash: 5 }],
    ['a time that is not a number', { ...record(), time: 'now' }], ['a negative time', { ...record(), time: -1 }],
    ['an endless time', { ...record(), time: Infinity }], ['a time past all calendars', { ...record(), time: 8.7e15 }],
    ['properties that are only inherited', Object.create(record())],
  ];
  for (const [name, value] of refused) test(`refused: ${name}`, () => assert.notEqual(problem(value), 'accepted'));

  test('an endless schema is not repeated in the message', () => {
    assert.ok(problem({ ...record(), schema: 'x'.repeat(5000) }).length < 100);
  });
});

suite('what does damage cost?', () => {
  test('a damaged history, place or rival does not cost the text', () => {
    const parsed = parseRecord({ ...record(), versions: [null, 3, { text: 4 }, { text: 'ok', time: 1, why: 'nonsense' }], place: 9, rival: 'x' });
    assert.ok(parsed.ok);
    assert.deepEqual(parsed.value.versions, [{ text: 'ok', time: 1, why: 'typed' }]);
    assert.deepEqual(parsed.value.place, { page: '', title: '', download: null });
    assert.equal(parsed.value.rival, null);
  });

  test('a revision that cannot be counted up starts again', () => {
    for (const revision of [1e308, 0.5, -1, Number.NaN, '3', 2 ** 53]) {
      const parsed = parseRecord({ ...record(), revision });
      assert.ok(parsed.ok);
      assert.equal(parsed.value.revision, 0);
    }
  });

  const version = { text: 'x = 3', time: 7, why: 'ran' } as const;
  const rival = { text: 'x = 4', time: 8, from: 'tab' } as const;
  const rescued: readonly (readonly [string, unknown, string | null])[] = [
    ['no text, but a history', { ...record({ versions: [version] }), text: undefined }, 'x = 3'],
    ['no text, but a second one', { ...record({ rival, versions: [version] }), text: 7 }, 'x = 4'],
    ['a text without its base', { ...record(), baseText: null, baseHash: null }, 'x = 2'],
    ['no schema and no time', { text: 'x = 2' }, 'x = 2'],
    ['nothing but a string', 'x = 2', 'x = 2'],
    ['no text at all', { ...record(), text: undefined }, null],
    ['a number', 7, null], ['nothing', undefined, null],
    ['a newer schema', { ...record(), schema: 2 }, null],
  ];
  for (const [name, value, text] of rescued) {
    test(`what is left of ${name}`, () => assert.equal(salvage(value)?.text ?? null, text));
  }

  test('a text whose base is lost is asked about, never taken for the author\'s', () => {
    const left = salvage({ text: 'x = 2' });
    assert.ok(left);
    assert.equal(decide(cell(), left).state, 'conflict');
  });

  for (const page of ['javascript:alert(1)', 'https://example.org/', '//example.org/x', '/etc', '../../other', 'a/../../b', '\\\\host', 'data:text/html,x']) {
    test(`a place that leads elsewhere is dropped: ${page}`, () => {
      const parsed = parseRecord({ ...record(), place: { page, title: 't', download: page } });
      assert.ok(parsed.ok);
      assert.deepEqual([parsed.value.place.page, parsed.value.place.download], ['', null]);
    });
  }

  test('unknown properties are left behind, the prototype is untouched', () => {
    const parsed = parseRecord(JSON.parse(`{"__proto__": {"polluted": 1}, "constructor": 1, "extra": 2, ${JSON.stringify(record()).slice(1)}`));
    assert.ok(parsed.ok);
    assert.deepEqual(parsed.value, record());
    assert.equal(Reflect.get({}, 'polluted'), undefined);
  });
});

suite('how long is a history?', () => {
  test('the newest text is not repeated', () => {
    const versions = withVersion([], { text: 'a', time: 1, why: 'ran' });
    assert.equal(withVersion(versions, { text: 'a', time: 2, why: 'ran' }), versions);
  });

  test('large texts leave room for few', () => {
    const large = (time: number) => ({ text: String(time).padEnd(MOST_HISTORY / 2 - 1), time, why: 'ran' as const });
    const versions = [1, 2, 3, 4].reduce((kept, time) => withVersion(kept, large(time)), withVersion([], large(0)));
    assert.deepEqual(versions.map(({ time }) => time), [4, 3]);
  });

  test('one text beyond the limit is still kept', () => {
    assert.equal(withVersion([], { text: 'x'.repeat(MOST_HISTORY + 1), time: 1, why: 'reset' }).length, 1);
  });

  test('two histories join without repeats, newest first', () => {
    const a = { text: 'a', time: 1, why: 'ran' } as const;
    const b = { text: 'b', time: 2, why: 'ran' } as const;
    assert.deepEqual(joinVersions([a], [b, a]), [b, a]);
    const many = Array.from({ length: MOST_VERSIONS }, (_, time) => ({ text: `${time}`, time, why: 'ran' as const }));
    assert.equal(joinVersions(many, [a, b]).length, MOST_VERSIONS);
  });
});
