// The browser's sealing as a program: one JSON request a line in, one JSON reply a line out, in order.
// tests/Tagasi.Tests/Protocol/InteropTests.cs holds it against Tagasi.Protocol.Envelopes.
//   {"do":"seal","passwords":{"fresh","current"},"ticket","recipients":[{"keyId","point"}]}        → the envelope
//   {"do":"open","envelope","ticket","keyId","privateKey"} (PKCS #8, base64)  → {"fresh","current"}, or {"error"}
import { webcrypto } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fromBase64 } from './src/base64.js';

// Node 18 has it, but not under its global name.
globalThis.crypto ??= webcrypto;
const { hashTicket, INFO, seal, suite } = await import('./src/seal.js');

async function open({ envelope, ticket, keyId, privateKey }) {
  const ticketHash = await hashTicket(ticket);
  const mine = envelope.keys.find((key) => key.keyId === keyId);
  const recipientKey = await crypto.subtle.importKey('pkcs8', fromBase64(privateKey), { name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits']);
  const context = await suite.createRecipientContext({ recipientKey, enc: fromBase64(mine.encapsulated).buffer, info: INFO.buffer });
  const bodyKey = await context.open(fromBase64(mine.ciphertext).buffer, ticketHash.buffer);
  const key = await crypto.subtle.importKey('raw', bodyKey, 'AES-GCM', false, ['decrypt']);
  const gcm = { name: 'AES-GCM', iv: new Uint8Array(12), additionalData: ticketHash };
  const plaintext = Buffer.from(await crypto.subtle.decrypt(gcm, key, fromBase64(envelope.body)));
  const read = (slot) => slot.subarray(2, 2 + slot.readUInt16BE(0)).toString('utf16le');
  return { fresh: read(plaintext), current: read(plaintext.subarray(plaintext.length / 2)) };
}

async function answer(request) {
  try {
    return request.do === 'seal' ? await seal(request.passwords, request.ticket, request.recipients) : await open(request);
  } catch (e) {
    return { error: e.name };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(await answer(JSON.parse(line))) + '\n');
}
