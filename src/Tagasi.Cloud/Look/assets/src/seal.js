// Seals passwords in the browser. The bytes are those of Tagasi.Protocol.Envelopes: a change here is a change of the protocol.
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';
import { toBase64, fromBase64 } from './base64.js';

/** DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. */
export const SUITE_1 = 1;

/** Active Directory takes 256 UTF-16 units at most. */
export const MAX_PASSWORD_UNITS = 256;

/** More agents than this serve no tenant. */
export const MAX_KEYS = 40;

export const INFO = new TextEncoder().encode('tagasi envelope 1');
const SLOT_BYTES = 2 + 2 * MAX_PASSWORD_UNITS;
const BODY_KEY_BYTES = 32;

// A fresh key seals one body, so the nonce is all zeros.
const NONCE = new Uint8Array(12);

export const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

/**
 * @typedef {{ keyId: string, point: string }} SealingKey A key to seal to; the point is 65 bytes in base64.
 * @typedef {{ keyId: string, encapsulated: string, ciphertext: string }} WrappedKey
 * @typedef {{ suite: number, body: string, keys: WrappedKey[] }} Envelope
 */

/**
 * Seals passwords to the agents, bound to their ticket.
 * @param {{ fresh?: string, current?: string }} passwords The new and the current one, as the operation takes them; each at most 256 UTF-16 units.
 * @param {string} ticket The signed ticket as it travels. Its hash is worked out here and not taken from anybody.
 * @param {SealingKey[]} recipients The agents' sealing keys.
 * @returns {Promise<Envelope>}
 */
export async function seal({ fresh, current }, ticket, recipients) {
  if (recipients.length < 1 || recipients.length > MAX_KEYS) {
    throw new RangeError(`An envelope is sealed to 1 to ${MAX_KEYS} keys.`);
  }

  if (fresh === undefined && current === undefined) {
    throw new RangeError('There is nothing to seal.');
  }

  const ticketHash = await hashTicket(ticket);
  const bodyKey = crypto.getRandomValues(new Uint8Array(BODY_KEY_BYTES));
  const plaintext = new Uint8Array(2 * SLOT_BYTES);
  try {
    fill(plaintext.subarray(0, SLOT_BYTES), fresh);
    fill(plaintext.subarray(SLOT_BYTES), current);
    const body = await sealBody(plaintext, bodyKey, ticketHash);
    const keys = await Promise.all(recipients.map((recipient) => wrap(bodyKey, ticketHash, recipient)));
    return { suite: SUITE_1, body: toBase64(body), keys };
  } finally {
    plaintext.fill(0);
    bodyKey.fill(0);
  }
}

/**
 * SHA-256 over the compact form of a ticket, which is ASCII.
 * @param {string} ticket
 * @returns {Promise<Uint8Array>}
 */
export async function hashTicket(ticket) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(ticket)));
}

// Length (two bytes, big-endian), then UTF-16LE, then zeros; all zeros where the operation takes no such password.
function fill(slot, password) {
  if (password === undefined) {
    return;
  }

  if (password.length < 1 || password.length > MAX_PASSWORD_UNITS) {
    throw new RangeError(`A password has 1 to ${MAX_PASSWORD_UNITS} UTF-16 units.`);
  }

  const view = new DataView(slot.buffer, slot.byteOffset, slot.byteLength);
  view.setUint16(0, 2 * password.length, false);
  for (let i = 0; i < password.length; i++) {
    view.setUint16(2 + 2 * i, password.charCodeAt(i), true);
  }
}

async function sealBody(plaintext, bodyKey, ticketHash) {
  const key = await crypto.subtle.importKey('raw', bodyKey, 'AES-GCM', false, ['encrypt']);
  return new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: NONCE, additionalData: ticketHash }, key, plaintext));
}

async function wrap(bodyKey, ticketHash, recipient) {
  const recipientPublicKey = await suite.kem.deserializePublicKey(fromBase64(recipient.point).buffer);
  const sender = await suite.createSenderContext({ recipientPublicKey, info: INFO.buffer });
  const ciphertext = await sender.seal(bodyKey.buffer, ticketHash.buffer);
  return { keyId: recipient.keyId, encapsulated: toBase64(new Uint8Array(sender.enc)), ciphertext: toBase64(new Uint8Array(ciphertext)) };
}
