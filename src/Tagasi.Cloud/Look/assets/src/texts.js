// Texts come with the page, in the page's language, with {0} where a value goes. Values are written as the reader's system writes them.

/** @param {string} text @param {...unknown} values @returns {string} */
export const fill = (text, ...values) => text.replace(/\{(\d)\}/g, (_, index) => String(values[Number(index)]));

/**
 * A moment in the reader's zone.
 * @param {string} moment ISO 8601.
 * @returns {string}
 */
export const localTime = (moment) => new Intl.DateTimeFormat(locale(), { dateStyle: 'full', timeStyle: 'short' }).format(new Date(moment));

/**
 * A length of time in its largest whole unit.
 * @param {number} seconds
 * @returns {string}
 */
export function duration(seconds) {
  const [unit, size] = [['day', 86400], ['hour', 3600], ['minute', 60]].find(([, size]) => seconds % size === 0) ?? ['minute', 60];
  const count = Math.ceil(seconds / size);
  return new Intl.NumberFormat(locale(), { style: 'unit', unit, unitDisplay: 'long' }).format(count);
}

// The page's language, in the flavour that the reader prefers: en-GB reads 24 November, en-US reads November 24.
function locale() {
  const language = document.documentElement.lang;
  return navigator.languages.find((preferred) => preferred.split('-')[0] === language.split('-')[0]) ?? language;
}
