// What this device shows of us while no page is open.

/** Take back what this device shows: some by their tags, or everything. */
export async function takeBack(tags) {
  const registration = await navigator.serviceWorker?.getRegistration();
  for (const shown of (await registration?.getNotifications()) ?? []) if (!tags || tags.includes(shown.tag)) shown.close();
}
