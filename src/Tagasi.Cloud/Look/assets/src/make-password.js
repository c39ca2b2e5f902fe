// Makes a password that can be read out over the telephone: no characters that look or sound alike, in groups of four, of every kind.
const KINDS = ['ABCDEFGHJKLMNPQRSTUVWXYZ', 'abcdefghijkmnpqrstuvwxyz', '23456789'];
const ALL = KINDS.join('');
const GROUP = 4;

/**
 * @param {number} length How long it is at the least. The hyphens between the groups count, as symbols.
 * @returns {string}
 */
export function makePassword(length) {
  for (;;) {
    const letters = Array.from({ length }, () => ALL[below(ALL.length)]).join('');
    if (KINDS.every((kind) => [...letters].some((letter) => kind.includes(letter)))) {
      return letters.match(new RegExp(`.{1,${GROUP}}`, 'g')).join('-');
    }
  }
}

// Evenly spread: what would favour the first letters is drawn again.
function below(limit) {
  const most = Math.floor(256 / limit) * limit;
  for (;;) {
    const [drawn] = crypto.getRandomValues(new Uint8Array(1));
    if (drawn < most) {
      return drawn % limit;
    }
  }
}
