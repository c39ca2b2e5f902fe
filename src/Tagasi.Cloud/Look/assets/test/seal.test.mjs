import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { test } from 'node:test';

globalThis.crypto ??= webcrypto;
const { hashTicket, MAX_KEYS, seal, suite } = await import('../src/seal.js');
const { fromBase64, toBase64 } = await import('../src/base64.js');

const pair = await suite.kem.generateKeyPair();
const recipient = { keyId: 'a', point: toBase64(new Uint8Array(await suite.kem.serializePublicKey(pair.publicKey))) };

test('The form is that of Tagasi.Protocol.Envelopes', async () => {
  const envelope = await seal({ fresh: 'Näide 1!' }, 'a.b.c', [recipient]);
  assert.deepEqual(Object.keys(envelope), ['suite', 'body', 'keys']);
  assert.deepEqual(Object.keys(envelope.keys[0]), ['keyId', 'encapsulated', 'ciphertext']);
  assert.equal(envelope.suite, 1);
  assert.equal(fromBase64(envelope.keys[0].encapsulated).length, 65);
  assert.equal(fromBase64(envelope.keys[0].ciphertext).length, 48);
});

test('The length of a password does not show', async () => {
  for (const length of [1, 8, 256]) {
    const envelope = await seal({ fresh: 'x'.repeat(length) }, 'a.b.c', [recipient]);
    assert.equal(fromBase64(envelope.body).length, 2 * (2 + 512) + 16);
  }
});

test('The same password is never sealed alike', async () => {
  const [one, other] = await Promise.all([seal({ fresh: 'same' }, 'a.b.c', [recipient]), seal({ fresh: 'same' }, 'a.b.c', [recipient])]);
  assert.notEqual(one.body, other.body);
  assert.notEqual(one.keys[0].encapsulated, other.keys[0].encapsulated);
});

test('What Active Directory cannot take is not sealed', async () => {
  await assert.rejects(seal({ fresh: '' }, 'a.b.c', [recipient]), RangeError);
  await assert.rejects(seal({ fresh: 'x'.repeat(257) }, 'a.b.c', [recipient]), RangeError);
});

test('Nothing is sealed to nobody, to a crowd, or to what is not a key', async () => {
  await assert.rejects(seal({ fresh: 'x' }, 'a.b.c', []), RangeError);
  await assert.rejects(seal({ fresh: 'x' }, 'a.b.c', Array(MAX_KEYS + 1).fill(recipient)), RangeError);
  await assert.rejects(seal({ fresh: 'x' }, 'a.b.c', [{ keyId: 'a', point: toBase64(new Uint8Array(65).fill(4)) }]));
});

test('The hash of a ticket is SHA-256 over its characters', async () => {
  const hash = Buffer.from(await hashTicket('abc')).toString('hex');
  assert.equal(hash, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
