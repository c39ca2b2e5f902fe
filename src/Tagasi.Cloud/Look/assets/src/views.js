// A page of several views, one of which is seen: moves the focus to its heading, so that whoever does not see the change hears of it.

export class Views {
  /** @param {HTMLElement} page Its views carry data-view. */
  constructor(page) {
    this.views = [...page.querySelectorAll('[data-view]')];
  }

  /**
   * @param {string} name
   * @returns {HTMLElement}
   */
  show(name) {
    const view = this.views.find((candidate) => candidate.dataset.view === name);
    if (view.hidden) {
      for (const other of this.views) {
        other.hidden = other !== view;
      }

      view.querySelector('[tabindex="-1"]')?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }

    return view;
  }
}
