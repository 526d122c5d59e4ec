// "Tell this phone when something waits", on the settings page. Off until it is tapped; the browser asks once more by itself.

const part = document.querySelector("[data-push-key]");
if (part && navigator.serviceWorker && window.PushManager && window.Notification) offer(part);

async function offer(box) {
  const find = (name) => box.querySelector(`[data-push-${name}]`);
  const says = find("says"), on = find("on"), off = find("off");
  const registration = await navigator.serviceWorker.ready;
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;

  function post(url, body) {
    return fetch(url, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", "X-CSRFToken": token, "X-Requested-With": "autosave" } });
  }

  async function show(what, words) {
    const there = await registration.pushManager.getSubscription();
    on.hidden = Boolean(there) || Notification.permission === "denied";
    off.hidden = !there;
    const state = what ?? (Notification.permission === "denied" ? "denied" : there ? "on" : "off");
    says.querySelector("span").textContent = words ?? says.dataset[state];
  }

  on.addEventListener("click", async () => {
    try {
      if ((await Notification.requestPermission()) !== "granted") return await show();
      const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: box.dataset.pushKey });
      const { endpoint, keys } = made.toJSON();
      const answer = await post(box.dataset.pushUrl, { endpoint, p256dh: keys.p256dh, auth: keys.auth });
      if (answer.ok) return await show();
      await made.unsubscribe();
      await show("problem", (await answer.json().catch(() => ({}))).message);
    } catch {
      await show("problem");
    }
  });
  off.addEventListener("click", async () => {
    const there = await registration.pushManager.getSubscription();
    const answer = there && (await post(box.dataset.pushEnd, { endpoint: there.endpoint }).catch(() => null));
    if (answer?.ok) await there.unsubscribe();
    await show(answer?.ok ? undefined : "problem");
  });
  await show();
}
