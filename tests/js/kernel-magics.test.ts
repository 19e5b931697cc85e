/** Are the packages of a cell found although it uses IPython's own syntax? */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importsOf } from '../../overrides/src/boot/magics.ts';

const cases: [what: string, cell: string, plain: string][] = [
  ['plain Python stays as it is', 'import numpy\nx = 5 % 3', 'import numpy\nx = 5 % 3'],
  ['a line magic becomes pass', '%timeit -n 1 x\nimport numpy', 'pass\nimport numpy'],
  ['a shell line becomes pass', '!ls\nimport numpy', 'pass\nimport numpy'],
  ['a cell magic leaves its body', '%%time\nimport numpy', 'pass\nimport numpy'],
  ['an indented one keeps its place', 'if x:\n    %pip list', 'if x:\n    pass'],
  ['%matplotlib imports matplotlib', '%matplotlib inline\nx = 1', 'pass\nx = 1\nimport matplotlib'],
];

for (const [what, cell, plain] of cases) {
  test(what, () => { assert.equal(importsOf(cell), plain); });
}
