// What a password policy asks, as far as a browser can tell. The directory has the last word: this only spares a person a refusal.
// The same reading as Tagasi.ActiveDirectory.Passwords.ComplexityRule.

/**
 * @typedef {{ minimumLength: number, requiresComplexity: boolean, historyLength: number, minimumAgeSeconds: number }} Policy
 */

export const KINDS_NEEDED = 3;
export const MAX_UNITS = 256;
const SHORTEST_NAME_PART = 3;

// Microsoft's "Password must meet complexity requirements": European capital and small letters, digits, these symbols, other letters.
const KINDS = [/\p{Lu}/u, /\p{Ll}/u, /[0-9]/, /[~!@#$%^&*_\-+=`|\\(){}[\]:;"'<>,.?/]/, /[\p{Lo}\p{Lm}\p{Lt}]/u];

/** Characters as a person counts them; Active Directory counts UTF-16 units, of which there are never fewer. */
export const lengthOf = (password) => [...password].length;

/** How many of the five kinds of characters a password has. */
export const kindsOf = (password) => KINDS.filter((kind) => kind.test(password)).length;

/** Whether the account name or a part of the name stands in a password. Parts under three characters do not count. */
export function containsName(password, nameParts) {
  const text = password.toUpperCase();
  return nameParts.some((part) => part.length >= SHORTEST_NAME_PART && text.includes(part.toUpperCase()));
}

/**
 * The rules that can be ticked off while typing, by name; a rule that does not apply is not there.
 * @param {string} password
 * @param {Policy} policy
 * @param {string[]} nameParts
 * @returns {Record<string, boolean>}
 */
export function check(password, policy, nameParts) {
  const rules = {};
  if (policy.minimumLength > 1) {
    rules.length = lengthOf(password) >= policy.minimumLength;
  }

  if (policy.requiresComplexity) {
    rules.kinds = kindsOf(password) >= KINDS_NEEDED;
    rules.name = password.length > 0 && !containsName(password, nameParts);
  }

  // Worth a line only when it is broken.
  if (password.length > MAX_UNITS) {
    rules.maximum = false;
  }

  return rules;
}
