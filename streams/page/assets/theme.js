// Before the first paint: the colours a person chose, else those of the system.
"use strict";
{
  let chosen = null;
  try {
    chosen = localStorage.getItem("freshet.theme");
  } catch {
    // storage is off: as the system
  }
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
}
