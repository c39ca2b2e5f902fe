// An administrator's reset: the password is made here, sealed here, and shown once it is the person's. It is nobody's choice.
import { post, submit } from './api.js';
import { makePassword } from './make-password.js';
import { seal } from './seal.js';
import { fill, localTime } from './texts.js';
import { Views } from './views.js';

const POLL_MILLISECONDS = 2000;

const page = document.getElementById('admin-reset');
if (page) {
  const views = new Views(page);
  page.querySelector('[data-go]').addEventListener('click', () => run(views));
}

async function run(views) {
  views.show('running');
  const password = makePassword(Number(page.dataset.length));
  const issued = await post(`/api/admin/people/${page.dataset.person}/ticket`, page.dataset.antiforgery);
  if (!issued?.ok) {
    return refuse(views, issued?.status === 401 ? { detail: page.dataset.signedOut } : issued);
  }

  const envelope = await seal({ fresh: password }, issued.ticket, issued.recipients).catch(() => null);
  if (!envelope) {
    return refuse(views, { detail: page.dataset.cannotSeal });
  }

  const unknown = () => views.show('unknown');
  let reply = await submit('/api/admin/envelope', page.dataset.antiforgery, { ticket: issued.ticket, envelope }, (heard) => notice(unknown(), heard));
  // The password is nowhere else: whatever happens to session, service and network meanwhile, only the outcome ends this.
  while (!isClosed(reply)) {
    const view = unknown();
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
    const heard = await post('/api/admin/outcome', page.dataset.antiforgery, { ticket: issued.ticket });
    notice(view, heard);
    reply = heard?.state ? heard : reply;
  }

  return reply.state === 'applied' ? tell(views, password, reply) : refuse(views, reply);
}

const isClosed = (reply) => reply.state !== 'leased' && reply.state !== 'unknown';

// Signed out, or signed in as somebody else meanwhile.
function notice(view, reply) {
  view.querySelector('[data-signed-out]').hidden = !(reply?.status >= 400 && reply.status < 500 && reply.status !== 429);
}

function tell(views, password, reply) {
  const view = views.show('done');
  view.querySelector('[data-password]').textContent = password;
  const remark = view.querySelector('[data-remark]');
  remark.hidden = !reply.detail;
  remark.textContent = [reply.detail, reply.remedy].filter(Boolean).join(' ');
  view.querySelector('[data-must-change]').hidden = reply.code === 'must-change-not-set';
}

function refuse(views, reply) {
  const view = views.show('ask');
  view.querySelector('[data-refused]').hidden = false;
  view.querySelector('[data-problem]').textContent = reply?.detail ?? page.dataset.unreachable;
  const earliest = view.querySelector('[data-earliest]');
  earliest.hidden = !reply?.earliestChange;
  earliest.textContent = reply?.earliestChange ? fill(page.dataset.earliest, localTime(reply.earliestChange)) : '';
  view.querySelector('[data-remedy]').textContent = reply?.remedy ?? '';
}
