// The page where the new password is chosen: asks for the rules, seals, sends, and stays until the outcome is known.
import { get, post, submit as handOver } from './api.js';
import { PasswordForm } from './password-form.js';
import { seal } from './seal.js';
import { fill, localTime } from './texts.js';
import { Views } from './views.js';

// A reset takes well under a second; after this long a person deserves a word.
const LONG_MILLISECONDS = 8000;
const POLL_MILLISECONDS = 2000;
// After this long (a ticket's minute and ten more) a request stands in nobody's way any more, known or not.
const GIVE_UP_MILLISECONDS = 11 * 60_000;

const page = document.getElementById('new-password');
const views = new Views(page);
const form = new PasswordForm(page.querySelector('form[data-view=choose]'), choose);
let isBusy = false;
let hasRules = false;
let mustChange = false;

page.querySelector('[data-retry]').addEventListener('click', ask);
page.querySelectorAll('[data-unlock]').forEach((button) => button.addEventListener('click', () => submit('unlock', {})));
if (page.dataset.step !== 'proven') {
  watch(page.dataset.step);
} else if ((await ask()) && page.dataset.problem) {
  // The answer to an earlier try, which this page was not there to hear.
  form.refuse(page.dataset.problem, page.dataset.problemEarliest, page.dataset.problemCode);
}

// Whether the form is now there to be filled in.
async function ask() {
  views.show('asking');
  const reply = await get('/api/recovery/preflight');
  page.querySelectorAll('[data-locked]').forEach((notice) => (notice.hidden = !reply?.canUnlock));
  if (reply?.ok) {
    hasRules = true;
    mustChange = reply.mustChange;
    form.open(reply);
    views.show('choose');
  } else if (!leaves(reply)) {
    block(reply);
  }

  return hasRules;
}

function block(reply) {
  const view = views.show('blocked');
  view.querySelector('[data-problem]').textContent = reply?.detail ?? page.dataset.unreachable;
  const earliest = view.querySelector('[data-earliest]');
  earliest.hidden = !reply?.earliestChange;
  earliest.textContent = reply?.earliestChange ? fill(page.dataset.earliest, localTime(reply.earliestChange)) : '';
}

/** @param {{ fresh: string, current?: string }} passwords */
function choose(passwords) {
  const change = mustChange ? 'forcedChange' : 'change';
  return submit(passwords.current === undefined ? 'reset' : change, passwords);
}

/**
 * @param {'reset' | 'change' | 'forcedChange' | 'unlock'} operation
 * @param {{ fresh?: string, current?: string }} passwords
 */
async function submit(operation, passwords) {
  // A second click must not make a second request.
  if (isBusy) {
    return;
  }

  isBusy = true;
  const isUnlock = operation === 'unlock';
  const stage = stages(views.show('running'));
  stage(isUnlock ? 'unlocking' : 'sealing');
  const issued = await post('/api/recovery/ticket', page.dataset.antiforgery, { operation });
  const envelope = issued?.ok && !isUnlock ? await trySeal(passwords, issued) : null;
  if (issued?.ok && (envelope || isUnlock)) {
    stage(isUnlock ? 'unlocking' : 'writing');
    const slow = setTimeout(() => stage('long'), LONG_MILLISECONDS);
    const outcome = await handOver('/api/recovery/envelope', page.dataset.antiforgery, { ticket: issued.ticket, envelope }, (reply) => {
      stage('long');
      offline(views.show('running'), reply === null);
    });
    clearTimeout(slow);
    await settle(outcome);
  } else {
    await settle({ step: 'proven', detail: issued?.ok ? page.dataset.cannotSeal : page.dataset.unreachable, ...(issued?.ok ? {} : issued) });
  }
}

async function trySeal(passwords, { ticket, recipients }) {
  try {
    return await seal(passwords, ticket, recipients);
  } catch {
    return null;
  }
}

// The outcome, or a page or a view that waits for it.
async function settle(reply) {
  if (leaves(reply)) {
    return;
  }

  if (reply.step === 'running' || reply.step === 'unknown') {
    await watch(reply.step);
    return;
  }

  isBusy = false;
  if (hasRules || (await ask())) {
    views.show('choose');
    form.refuse(reply.detail ?? page.dataset.notCarriedOut, reply.earliestChange, reply.code);
  } else {
    // An unlock, where no new password may be chosen: what became of it comes before why that is so.
    block(reply);
  }
}

async function watch(step) {
  const view = views.show(step);
  if (step === 'running') {
    stages(view)('long');
  } else {
    setTimeout(() => (view.querySelector('[data-again]').hidden = false), GIVE_UP_MILLISECONDS);
  }

  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
    const reply = await get('/api/recovery/outcome');
    offline(view, reply === null);
    if (reply?.step && reply.step !== step) {
      return settle(reply);
    }
  }
}

// The session stands on another page: there the person belongs, and no password stays here.
function leaves(reply) {
  const isElsewhere = Boolean(reply?.page) && reply.page !== location.pathname;
  if (isElsewhere) {
    form.wipe();
    location.replace(reply.page);
  }

  return isElsewhere;
}

function offline(view, isOffline) {
  view.querySelector('[data-offline]').hidden = !isOffline;
}

function stages(view) {
  const all = [...view.querySelectorAll('[data-stage]')];
  return (name) => all.forEach((stage) => (stage.hidden = stage.dataset.stage !== name));
}
