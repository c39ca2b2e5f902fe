// Bootstrap's dark colours wait for an attribute, which only a script could set in time. Ours follow the system, by a media query.
import { readFile } from 'node:fs/promises';

const RULE = /[^{}]*\[data-bs-theme=dark\][^{}]*\{[^{}]*\}/g;

/** @type {import('esbuild').Plugin} */
export const followSystemColours = {
  name: 'follow-system-colours',
  setup({ onLoad }) {
    onLoad({ filter: /bootstrap(\.rtl)?\.css$/ }, async ({ path }) => {
      const css = (await readFile(path, 'utf8')).replace(/\/\*# sourceMappingURL.*/, '');
      return { contents: css.replace(RULE, inMediaQuery), loader: 'css' };
    });
  },
};

function inMediaQuery(rule) {
  const [selectors] = rule.split('{');
  const bySystem = selectors
    .split(',')
    .map((selector) => selector.replace('[data-bs-theme=dark]', ':root'))
    .join(',');
  return `@media (prefers-color-scheme: dark) {${bySystem}${rule.slice(selectors.length)}}`;
}
