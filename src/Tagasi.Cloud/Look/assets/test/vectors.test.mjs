import assert from 'node:assert/strict';
import { createHash, webcrypto } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

globalThis.crypto ??= webcrypto;
const { Aes128Gcm, Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } = await import('@hpke/core');

const file = new URL('../../../../../tests/Tagasi.Tests/Protocol/hpke-vectors.json', import.meta.url);
const { vectors } = JSON.parse(await readFile(file, 'utf8'));
const bytes = (hex) => Uint8Array.from(Buffer.from(hex, 'hex'));
const hex = (buffer) => Buffer.from(buffer).toString('hex');

for (const vector of vectors) {
  test(`${vector.name} gives the values of ${vector.source}`, async () => {
    const { sender, recipient } = await contexts(vector);
    assert.equal(hex(sender.enc), vector.enc);

    const expected = new Map(vector.encryptions.map((encryption) => [encryption.sequence, encryption]));
    for (let sequence = 0; sequence <= Math.max(...expected.keys()); sequence++) {
      const aad = new TextEncoder().encode(`Count-${sequence}`);
      const ciphertext = await sender.seal(bytes(vector.pt), aad);
      assert.equal(hex(await recipient.open(ciphertext, aad)), vector.pt);
      if (expected.has(sequence)) {
        assert.equal(hex(ciphertext), expected.get(sequence).ct);
      }
    }
  });

  test(`${vector.name} gives the accumulated value of a thousand messages`, async () => {
    const { sender } = await contexts(vector);
    const draw = drawer();
    const sum = createHash('shake128', { outputLength: 16 });
    for (let i = 0; i < 1000; i++) {
      const aad = draw();
      sum.update(Buffer.from(await sender.seal(draw(), aad)));
    }

    assert.equal(sum.digest('hex'), vector.accumulated);
  });
}

async function contexts(vector) {
  const aead = vector.aead_id === 1 ? new Aes128Gcm() : new Aes256Gcm();
  const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead });
  const recipientKey = await suite.kem.deriveKeyPair(bytes(vector.ikmR).buffer);
  const info = bytes(vector.info);
  const sender = await suite.createSenderContext({ recipientPublicKey: recipientKey.publicKey, info, ekm: bytes(vector.ikmE).buffer });
  return { sender, recipient: await suite.createRecipientContext({ recipientKey, info, enc: sender.enc }) };
}

// One byte n, then n bytes, from the SHAKE128 stream of the empty string; a thousand messages need at most 2 * 1000 * 256 bytes.
function drawer() {
  const stream = createHash('shake128', { outputLength: 512_000 }).digest();
  let at = 0;
  return () => {
    const length = stream[at];
    at += 1 + length;
    return Uint8Array.from(stream.subarray(at - length, at));
  };
}
