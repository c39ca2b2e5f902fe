// On every page: times in the reader's own zone, forms that are sent once, and none that leads nowhere.
import { localTime } from './texts.js';

for (const time of document.querySelectorAll('time[datetime]')) {
  time.textContent = localTime(time.dateTime);
}

for (const form of document.querySelectorAll('form[method=post]')) {
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
    }

    form.dataset.sent = 'yes';
  });
}

// A form that leads to where only script goes on is not begun without it.
for (const button of document.querySelectorAll('button[data-needs-script]')) {
  button.disabled = false;
}

// Back from the next page, the form can be sent again.
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-sent]')) {
    delete form.dataset.sent;
  }
});
