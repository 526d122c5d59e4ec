// "Remove everything this browser keeps" (F36): first the page's own store is deleted, then the server ends the sign-in and tells
// the browser to throw the rest away. Where words wait here that are not sent yet, that is said before anything is deleted.

const form = document.querySelector("form[data-clear-device]");
const note = document.getElementById("unsent-here");

async function waiting() {
  const kept = (await indexedDB.databases?.().catch(() => [])) ?? [];
  let count = 0;
  for (const { name } of kept) {
    count += await new Promise((done) => {
      const asked = indexedDB.open(name);
      asked.onerror = () => done(0);
      asked.onsuccess = () => {
        const found = asked.result, stores = [...found.objectStoreNames];
        const close = (number) => { found.close(); done(number); };
        if (!stores.length) return close(0);
        const sum = found.transaction(stores).objectStore(stores[0]).count();
        sum.onsuccess = () => close(sum.result);
        sum.onerror = () => close(0);
      };
    });
  }
  return count;
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (note?.hidden && (await waiting().catch(() => 0))) {
    note.hidden = false;
    note.focus();
    return; // pressed once more, it is meant
  }
  const cleared = new Promise((done) => document.addEventListener("between:device-cleared", done, { once: true }));
  document.dispatchEvent(new Event("between:clear-device"));
  await Promise.race([cleared, new Promise((late) => setTimeout(late, 1500))]);
  form.submit();
});
