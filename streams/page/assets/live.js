// The connection: all of the board once, then what changes. It says when it hears nothing, and goes on by itself.

const SILENCE_MS = 15_000; // three beats of the server
const AGAIN_MS = 2_000;
const LONGEST_MS = 15_000;

/**
 * Keep in touch with the server.
 * @param {(news: object) => void} take what came.
 * @param {(state: "connecting" | "live" | "disconnected", since: Date) => void} say how the connection is.
 * @returns {(lang: string) => void} begins anew in a language.
 */
export function live(take, say) {
  let source = null;
  let lang = "en";
  let turn = 0; // a later start makes what an earlier one still does void
  let wait = AGAIN_MS;
  let heard = Date.now();
  let state = "";

  function told(next) {
    if (next === "live") heard = Date.now();
    if (next !== state) {
      state = next;
      say(next, new Date(heard));
    }
  }

  async function start(mine) {
    source?.close();
    try {
      const answer = await fetch(`api/board?lang=${lang}`, { signal: AbortSignal.timeout(SILENCE_MS) });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const news = await answer.json();
      if (mine !== turn) return;
      take(news);
      told("live");
      wait = AGAIN_MS;
      listen(mine, news.position);
    } catch {
      if (mine !== turn) return;
      told("disconnected");
      later(mine);
    }
  }

  function later(mine) {
    setTimeout(() => mine === turn && start((turn += 1)), wait);
    wait = Math.min(LONGEST_MS, wait * 1.5);
  }

  function listen(mine, position) {
    source = new EventSource(`api/events?lang=${lang}&since=${position}`);
    source.addEventListener("beat", () => told("live"));
    source.addEventListener("change", (event) => {
      take(JSON.parse(event.data));
      told("live");
    });
    source.addEventListener("reset", () => start((turn += 1)));
    source.addEventListener("error", (event) => {
      if (mine !== turn) return;
      told("disconnected");
      if (event.target.readyState === EventSource.CLOSED) later(mine); // else the browser tries again itself
    });
  }

  setInterval(() => {
    if (state === "live" && Date.now() - heard > SILENCE_MS) {
      told("disconnected");
      start((turn += 1));
    }
  }, 1000);

  return (language) => {
    lang = language;
    if (!state) told("connecting");
    start((turn += 1));
  };
}
