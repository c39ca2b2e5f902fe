// The form: the current password for who knows it, two fields for the new one, the rules with their ticks, and the reason of a refusal
// beside the field that it is about.
import { check, MAX_UNITS } from './rules.js';
import { duration, fill, localTime } from './texts.js';

const QUIET_MILLISECONDS = 700;
const ABOUT_CURRENT = ['current-password-wrong', 'agent-wrong-password-limited', 'account-locked', 'operation-unsupported'];

// What another password mends. All else is no fault of what was typed, and is said above the form.
const ABOUT_PASSWORD = [
  'password-too-short', 'password-too-long', 'password-not-complex', 'password-contains-name', 'password-in-history', 'password-too-recent', 'password-refused',
];

export class PasswordForm {
  /**
   * @param {HTMLFormElement} form
   * @param {(passwords: { fresh: string, current?: string }) => void} submit Called with a new password that meets what can be checked here.
   */
  constructor(form, submit) {
    this.form = form;
    this.password = form.querySelector('#password');
    this.again = form.querySelector('#password-again');
    this.current = form.querySelector('#password-current');
    this.known = form.querySelector('[data-known]');
    this.policy = { minimumLength: 0, requiresComplexity: false, historyLength: 0, minimumAgeSeconds: 0 };
    this.nameParts = [];
    this.password.addEventListener('input', () => this.#tick());
    this.again.addEventListener('input', () => this.#explain(this.again, ''));
    this.current.addEventListener('input', () => this.#explain(this.current, ''));
    form.addEventListener('submit', (event) => this.#send(event, submit));
    form.querySelectorAll('button[data-reveals]').forEach((button) => button.addEventListener('click', () => reveal(button)));
    addEventListener('pagehide', () => this.wipe());
  }

  /** Shows the rules that apply. */
  open({ policy, nameParts, earliestChange, canChange, mustChange }) {
    this.known.hidden = !canChange;
    this.known.open = canChange && mustChange;
    this.policy = policy ?? this.policy;
    this.nameParts = nameParts;
    this.#rule('length', this.policy.minimumLength > 1, this.policy.minimumLength);
    this.#rule('kinds', this.policy.requiresComplexity);
    this.#rule('name', this.policy.requiresComplexity);
    this.#rule('maximum', false);
    this.#rule('history', this.policy.historyLength > 0, this.policy.historyLength);
    this.#rule('age', this.policy.minimumAgeSeconds > 0, duration(this.policy.minimumAgeSeconds));
    this.#rule('earliest', Boolean(earliestChange), earliestChange && localTime(earliestChange));
    this.#tick();
  }

  /** Shows why it was refused and keeps what was typed; goes back to the field when that is what to mend. */
  refuse(reason, earliestChange, code) {
    const note = earliestChange ? ' ' + fill(this.form.dataset.earliest, localTime(earliestChange)) : '';
    const field = ABOUT_CURRENT.includes(code) ? this.current : ABOUT_PASSWORD.includes(code) ? this.password : null;
    if (field === null) {
      this.#notify(reason + note);
      return;
    }

    // An agent may refuse a current password that was folded away meanwhile.
    this.known.open ||= field === this.current;
    this.#explain(field, reason + note);
    field.focus();
    field.select();
  }

  /** Takes the passwords out of the page. */
  wipe() {
    this.password.value = this.again.value = this.current.value = '';
    this.form.querySelectorAll('button[data-reveals]').forEach((button) => reveal(button, false));
    this.#tick();
  }

  #send(event, submit) {
    event.preventDefault();
    this.#notify('');
    const rules = check(this.password.value, this.policy, this.nameParts);
    const broken = Object.keys(rules).filter((rule) => !rules[rule]);
    this.#explain(this.password, '');
    this.#explain(this.again, '');
    this.#explain(this.current, '');
    if (this.password.value === '' || broken.length > 0) {
      broken.forEach((rule) => this.form.querySelector(`[data-rule="${rule}"]`)?.classList.add('unmet'));
      this.#explain(this.password, this.password.value === '' ? this.form.dataset.empty : this.form.dataset.broken);
      this.password.focus();
    } else if (this.password.value !== this.again.value) {
      this.#explain(this.again, this.form.dataset.different);
      this.again.focus();
    } else {
      // A current password that was typed and folded away again is not meant.
      submit({ fresh: this.password.value, current: (this.known.open && this.current.value) || undefined });
    }
  }

  #rule(name, applies, value) {
    const line = this.form.querySelector(`[data-rule="${name}"]`);
    line.hidden = !applies;
    line.querySelector('[data-text]').textContent = fill(line.querySelector('[data-text]').dataset.text, value);
  }

  #tick() {
    const rules = check(this.password.value, this.policy, this.nameParts);
    for (const [name, isMet] of Object.entries({ maximum: true, ...rules })) {
      const line = this.form.querySelector(`[data-rule="${name}"]`);
      line.classList.toggle('met', isMet);
      line.classList.toggle('unmet', name === 'maximum' && !isMet);
      line.querySelector('[data-state]').textContent = isMet ? this.form.dataset.met : this.form.dataset.unmet;
    }

    this.form.querySelector('[data-rule="maximum"]').hidden = this.password.value.length <= MAX_UNITS;
    this.#explain(this.password, '');
    this.#announce(Object.values(rules));
  }

  // Not at every key, which nobody could listen to, but when the typing rests.
  #announce(rules) {
    clearTimeout(this.quiet);
    if (this.password.value !== '') {
      const text = fill(this.form.dataset.count, rules.filter(Boolean).length, rules.length);
      this.quiet = setTimeout(() => (this.form.querySelector('[role=status]').textContent = text), QUIET_MILLISECONDS);
    }
  }

  #notify(text) {
    const notice = this.form.querySelector('[data-refused]');
    notice.textContent = text;
    notice.hidden = text === '';
  }

  #explain(field, text) {
    const place = this.form.querySelector(`#${field.id}-problem`);
    place.textContent = text;
    place.hidden = text === '';
    field.setAttribute('aria-invalid', String(text !== ''));
    field.classList.toggle('is-invalid', text !== '');
  }
}

function reveal(button, show = button.dataset.shown !== 'yes') {
  document.getElementById(button.dataset.reveals).type = show ? 'text' : 'password';
  button.dataset.shown = show ? 'yes' : 'no';
  button.querySelector('[data-label]').textContent = show ? button.dataset.hide : button.dataset.show;
}
