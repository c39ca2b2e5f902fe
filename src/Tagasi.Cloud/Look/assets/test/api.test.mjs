// What was sealed is handed over until it is known what became of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { submit } from '../src/api.js';

// Answers in their order; an answer of null is none.
function answer(...answers) {
  const bodies = [];
  globalThis.fetch = async (_, request) => {
    bodies.push(request.body);
    const [status, body] = answers[Math.min(bodies.length, answers.length) - 1] ?? [];
    if (status === undefined) {
      throw new TypeError('no network');
    }

    return { ok: status < 400, json: async () => body };
  };
  return bodies;
}

const hand = async () => {
  const heard = [];
  return { reply: await submit('/there', 'token', { ticket: 't' }, (reply) => heard.push(reply?.status ?? null), 1), heard };
};

test('a success and a refusal are answers', async () => {
  answer([200, { step: 'applied' }]);
  assert.deepEqual(await hand(), { reply: { step: 'applied', ok: true }, heard: [] });
  answer([503, { step: 'proven', status: 503 }]);
  assert.deepEqual((await hand()).reply.step, 'proven');
});

test('who is turned away at the door has sent nothing', async () => {
  const bodies = answer([401, { status: 401 }]);
  assert.deepEqual(await hand(), { reply: { status: 401, ok: false }, heard: [] });
  assert.equal(bodies.length, 1);
});

test('a lost answer and a fault are asked about with the same envelope, and a door that has closed since decides nothing', async () => {
  const bodies = answer(null, [500, { status: 500 }], [401, { status: 401 }], [202, { state: 'leased' }]);
  assert.deepEqual(await hand(), { reply: { state: 'leased', ok: true }, heard: [null, 500, 401] });
  assert.equal(new Set(bodies).size, 1);
  assert.equal(bodies.length, 4);
});
