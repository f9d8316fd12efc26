// Shows what the server tells this device while no page is open, and leads to it. It keeps nothing and fetches nothing.

self.addEventListener("push", (event) => {
  event.waitUntil(show(event.data?.json() ?? {}));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.path));
});

// A browser that is told something must show something. Whoever looks at a page has seen it there, and hears nothing.
async function show({ title = "NonLinear", text = "", path = "/", tag, language }) {
  const silent = (await pages()).some(({ visibilityState }) => visibilityState === "visible");
  await self.registration.showNotification(title, {
    body: text,
    data: { path },
    icon: "/icon.svg",
    lang: language,
    silent,
    tag,
  });
}

// A page that is there already is shown; another one is opened beside those that are in use.
async function open(path = "/") {
  const asked = new URL(path, self.location.origin);
  const url = asked.origin === self.location.origin ? asked.href : self.location.origin;
  const shown = (await pages()).find((page) => page.url === url);
  await (shown === undefined ? self.clients.openWindow(url) : shown.focus());
}

const pages = () => self.clients.matchAll({ type: "window", includeUncontrolled: true });
