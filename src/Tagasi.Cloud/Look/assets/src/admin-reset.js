// An administrator's reset: the password is made here, sealed here, and shown once it is the person's. It is nobody's choice.
import { post } from './api.js';
import { makePassword } from './make-password.js';
import { seal } from './seal.js';
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
    return refuse(views, issued);
  }

  const envelope = await seal({ fresh: password }, issued.ticket, issued.recipients).catch(() => null);
  if (!envelope) {
    return refuse(views, { detail: page.dataset.cannotSeal });
  }

  // No answer does not mean that nothing happened: the service knows.
  let reply = await post('/api/admin/envelope', page.dataset.antiforgery, { ticket: issued.ticket, envelope });
  while (reply === null || reply.state === 'leased' || reply.state === 'unknown') {
    views.show('unknown');
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
    reply = await post('/api/admin/outcome', page.dataset.antiforgery, { ticket: issued.ticket });
  }

  return reply.state === 'applied' ? tell(views, password, reply) : refuse(views, reply);
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
  view.querySelector('[data-remedy]').textContent = reply?.remedy ?? '';
}
