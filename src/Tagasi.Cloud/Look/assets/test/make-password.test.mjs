import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { test } from 'node:test';

globalThis.crypto ??= webcrypto;
const { makePassword } = await import('../src/make-password.js');
const { kindsOf } = await import('../src/rules.js');

test('A password that is made has every kind of character and the length that was asked for', () => {
  for (let i = 0; i < 1000; i++) {
    const password = makePassword(16);
    assert.equal(password.replaceAll('-', '').length, 16);
    assert.equal(kindsOf(password), 4);
    assert.doesNotMatch(password, /[0O1lIo]/);
  }
});

test('No password is made twice', () => {
  const made = new Set(Array.from({ length: 1000 }, () => makePassword(16)));
  assert.equal(made.size, 1000);
});
