// The search of an exported log, which has no server: it fetches the few files of the index that hold the words asked
// for (see candour/portal/static_index.py, which takes words apart in the same way), puts the best fit first, and shows
// titles. Everything is written as text, never as markup. Without scripts the pages of all entries can be read.
const endings = ["ing", "es", "ed", "s"];
const shown = 50;

export function stem(word) {
  for (const ending of endings) {
    if (word.endsWith(ending) && word.length - ending.length >= 3) {
      return word.slice(0, -ending.length);
    }
  }
  return word;
}

export function wordsOf(text) {
  const plain = text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  return (plain.match(/[\p{L}\p{N}]+/gu) ?? []).map(stem);
}

function shardOf(word) {
  return [...word].slice(0, 2).map((character) => character.codePointAt(0).toString(16)).join("-");
}

async function load(path) {
  const answer = await fetch(path);
  return answer.ok ? answer.json() : null;
}

export async function find(root, words, topic, total) {
  // Those on the topic, the newest first, where one is chosen; the words then narrow them.
  let scores = topic ? new Map(((await load(`${root}topics/${topic}.json`)) ?? []).map((number) => [number, 0])) : null;
  for (const word of new Set(words)) {
    const shard = await load(`${root}words/${shardOf(word)}.json`);
    const found = (shard && Object.hasOwn(shard, word) && shard[word]) || [];
    const rare = Math.log(1 + total / (1 + found.length / 2));
    const next = new Map();
    for (let place = 0; place < found.length; place += 2) {
      if (scores === null || scores.has(found[place])) {
        next.set(found[place], (scores?.get(found[place]) ?? 0) + found[place + 1] * rare);
      }
    }
    scores = next;
  }
  return [...(scores ?? [])].sort((one, other) => other[1] - one[1] || one[0] - other[0]).map(([number]) => number);
}

function replacedBy(later) {
  const line = document.createElement("p");
  const tag = document.createElement("strong");
  const link = document.createElement("a");
  line.className = "govuk-body-s govuk-!-margin-bottom-2";
  tag.className = "govuk-tag govuk-tag--yellow";
  tag.textContent = later.word;
  link.className = "govuk-link";
  link.href = later.address;
  link.lang = "en";
  link.textContent = later.title;
  line.append(tag, ` ${later.says} `, link, ` (${later.reference})`);
  return line;
}

function item(entry) {
  const line = document.createElement("li");
  const link = document.createElement("a");
  const kind = document.createElement("span");
  const told = entry[document.documentElement.lang === "cy" ? "cy" : "en"];
  link.className = "govuk-link";
  link.href = told.address;
  link.lang = "en";
  link.textContent = entry.title;
  kind.className = "candour-files__kind";
  kind.textContent = `${entry.force}, ${entry.reference}, ${told.responded}: ${told.outcomes.join(", ")}`;
  line.append(link, kind);
  if (told.replaced) {
    line.append(replacedBy(told.replaced));
  }
  return line;
}

async function search(form) {
  const root = form.dataset.candourSearch;
  const list = document.getElementById("found");
  const status = document.getElementById("found-status");
  const words = wordsOf(form.elements.q.value);
  const topic = form.elements.topic.value;
  list.replaceChildren();
  status.textContent = "";
  if (!words.length && !topic) {
    return;
  }
  const about = await load(`${root}about.json`);
  const numbers = await find(root, words, topic, about.entries);
  status.textContent = status.dataset.says.replace("0", String(numbers.length));
  const blocks = new Map();
  for (const number of numbers.slice(0, shown)) {
    const block = Math.floor(number / about.block);
    if (!blocks.has(block)) {
      blocks.set(block, await load(`${root}entries/${block}.json`));
    }
    list.append(item(blocks.get(block)[number % about.block]));
  }
}

if (typeof document !== "undefined") {
  const form = document.querySelector("[data-candour-search]");
  if (form) {
    form.hidden = false;
    const asked = new URLSearchParams(window.location.search);
    form.elements.q.value = asked.get("q") ?? "";
    form.elements.topic.value = asked.get("topic") ?? "";
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      search(form);
    });
    search(form);
  }
}
