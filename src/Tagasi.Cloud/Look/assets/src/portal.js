// On every page: times in the reader's own zone, and forms that are sent once.
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

// Back from the next page, the form can be sent again.
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-sent]')) {
    delete form.dataset.sent;
  }
});
