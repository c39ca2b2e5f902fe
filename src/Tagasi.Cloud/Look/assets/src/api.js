// The portal's endpoints. What could not be reached or read is null; everything else is a reply.

/**
 * @typedef {object} Reply
 * @property {boolean} ok
 * @property {number} [status] Of a problem.
 * @property {string} [page] Where the session stands now.
 * @property {string} [state] Of an administrator's reset: issued (it was not begun), leased, unknown, applied, refused.
 * @property {string} [step] Where a try stands: proven (it was refused), running, unknown, applied, ended.
 * @property {string} [code] Of the problem catalogue.
 * @property {string} [detail] The problem in the reader's language.
 * @property {string} [earliestChange]
 */

/** @param {string} path @returns {Promise<Reply | null>} */
export const get = (path) => send(path, { method: 'GET' }, 20_000);

/**
 * @param {string} path
 * @param {string} antiforgery
 * @param {unknown} [body]
 * @returns {Promise<Reply | null>}
 */
export const post = (path, antiforgery, body) =>
  send(path, { method: 'POST', headers: { 'Content-Type': 'application/json', RequestVerificationToken: antiforgery }, body: JSON.stringify(body ?? {}) }, 90_000);

/**
 * Hands over what was sealed, again and again until it is known to have been taken up or turned down: for one ticket the directory is asked to
 * write once at the most. No answer, or a fault on the way, does not mean that nothing happened.
 * @param {string} path
 * @param {string} antiforgery
 * @param {unknown} body
 * @param {(reply: Reply | null) => void} wait Told of each answer that says nothing of it.
 * @param {number} [pause] Milliseconds.
 * @returns {Promise<Reply>}
 */
export async function submit(path, antiforgery, body, wait, pause = 2000) {
  let reply = await post(path, antiforgery, body);
  if (reply?.status < 500) {
    // Turned away at the door, or refused.
    return reply;
  }

  while (!tells(reply)) {
    wait(reply);
    await new Promise((resolve) => setTimeout(resolve, pause));
    reply = await post(path, antiforgery, body);
  }

  return reply;
}

const tells = (reply) => reply?.step !== undefined || reply?.state !== undefined;

async function send(path, request, timeout) {
  try {
    const response = await fetch(path, { ...request, cache: 'no-store', credentials: 'same-origin', redirect: 'error', signal: AbortSignal.timeout(timeout) });
    return { ...(await response.json()), ok: response.ok };
  } catch {
    return null;
  }
}
