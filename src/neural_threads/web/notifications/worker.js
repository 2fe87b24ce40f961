// The service worker. It shows what the server pushes while no page of ours is open, and opens what it is about; it keeps
// nothing and stands between no page and the network. ICON is set in front of this by the server.
addEventListener("install", () => skipWaiting());

addEventListener("push", (event) => {
  const { title, body, tag, url, lang } = told(event.data);
  event.waitUntil(registration.showNotification(title, { body, tag, lang, icon: ICON, data: url }));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(show(event.notification.data));
});

addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

function told(data) {
  try {
    return data.json();
  } catch {
    return { title: "Neural Threads", url: "/notifications" };
  }
}

/** The page that is open already, else a new one; nothing that somebody is busy with is led away. */
async function show(path) {
  const url = new URL(path, location.origin);
  if (url.origin !== location.origin) return;
  const open = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = open.find((page) => new URL(page.url).pathname === url.pathname);
  await (there ? there.focus() : clients.openWindow(url.href));
}

/** The browser changed its address. Only whoever had switched this device on is told on it from now on. */
async function renew({ newSubscription }) {
  const token = (await ask("GET", "/api/security/csrf")).token;
  await ask("POST", "/api/auth/refresh", token);
  const { publicKey, devices } = await ask("GET", "/api/notifications/push");
  if (!devices.some((device) => device.isCurrent)) return;
  const fresh = newSubscription ?? (await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey }));
  await ask("POST", "/api/notifications/push", token, fresh);
}

async function ask(method, url, token, body) {
  const headers = { Accept: "application/json", ...(token && { "X-CSRF-Token": token }), ...(body && { "Content-Type": "application/json" }) };
  const answer = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
  const said = await answer.json();
  if (!answer.ok || said.success !== true) throw new Error(`${method} ${url}: ${answer.status}`); // or nobody of ours
  return said.data;
}
