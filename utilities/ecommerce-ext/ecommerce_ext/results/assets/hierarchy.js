// A tree from keys and their parents.

/**
 * @callback ParentOf
 * @param {string | null} key
 * @returns {string | null}
 */

/**
 * Return the children of each key, in the order of the keys. The children of null have no
 * parent among the keys. A circle of parents has no top, so a key below itself is at the top.
 * @param {(string | null)[]} keys
 * @param {ParentOf} parentOf
 * @returns {Map<string | null, (string | null)[]>}
 */
export function childrenOf(keys, parentOf) {
  const known = new Set(keys);
  /** @type {Map<string | null, (string | null)[]>} */
  const children = new Map();
  for (const key of keys) {
    let parent = parentOf(key);
    if (!known.has(parent) || isBelow(parent, key, parentOf)) parent = null;
    children.set(parent, [...(children.get(parent) ?? []), key]);
  }
  return children;
}

/**
 * @param {string | null} key
 * @param {string | null} ancestor
 * @param {ParentOf} parentOf
 * @returns {boolean} Whether the key is the ancestor or below it.
 */
function isBelow(key, ancestor, parentOf) {
  const seen = new Set();
  for (let one = key; one && !seen.has(one); one = parentOf(one)) {
    if (one === ancestor) return true;
    seen.add(one);
  }
  return false;
}
