// What people felt about messages, by emoji: thinking only, no page.

/** `[{emoji, names, count, isMine}]`, in the order in which each emoji came first. */
export function grouped(reactions, me, { you, them }) {
  const groups = new Map();
  for (const { emoji, userId } of reactions) {
    const group = groups.get(emoji) ?? { emoji, names: [], count: 0, isMine: false };
    group.names.push(userId === me ? you : them);
    group.count += 1;
    group.isMine ||= userId === me;
    groups.set(emoji, group);
  }
  return [...groups.values()];
}

/** The sync counts by `seq`; reactions are counted by `reactionSeq`. */
export function counted(change) {
  return { ...change, seq: change.reactionSeq };
}
