import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check, containsName, kindsOf, lengthOf } from '../src/rules.js';

const policy = { minimumLength: 12, requiresComplexity: true, historyLength: 24, minimumAgeSeconds: 86400 };

test('Five kinds of characters count', () => {
  assert.equal(kindsOf('abc'), 1);
  assert.equal(kindsOf('aB'), 2);
  assert.equal(kindsOf('aB1'), 3);
  assert.equal(kindsOf('aB1!'), 4);
  assert.equal(kindsOf('aB1!漢'), 5);
  assert.equal(kindsOf('äÖ9'), 3);
});

test('Currency signs and spaces are no symbols, as Microsoft says', () => {
  assert.equal(kindsOf('€£ '), 0);
});

test('A name counts from three characters on, whatever its case', () => {
  assert.ok(containsName('xxMARIxx', ['mari']));
  assert.ok(!containsName('xxmaxx', ['ma']));
  assert.ok(!containsName('xxmaxx', []));
});

test('Length is what a person counts', () => {
  assert.equal(lengthOf('a😀b'), 3);
});

test('Only the rules that apply are ticked', () => {
  assert.deepEqual(check('', policy, ['mari']), { length: false, kinds: false, name: false });
  assert.deepEqual(check('Correct horse 1', policy, ['mari']), { length: true, kinds: true, name: true });
  assert.deepEqual(check('x', { ...policy, requiresComplexity: false, minimumLength: 0 }, []), {});
  assert.deepEqual(check('x'.repeat(257), { ...policy, requiresComplexity: false }, []), { length: true, maximum: false });
});
