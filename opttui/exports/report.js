"use strict";
// Hides and shows lanes, reads values under the pointer, changes colours. Without it the page is whole, and still.
(() => {
  const root = document.documentElement;
  const charts = JSON.parse(document.getElementById("data").textContent);
  const hidden = new Set();
  root.classList.add("works");

  const show = () => {
    for (const part of document.querySelectorAll("[data-lane]"))
      part.classList.toggle("hidden", hidden.has(part.dataset.lane));
    for (const button of document.querySelectorAll("[data-toggle]"))
      button.setAttribute("aria-pressed", String(!hidden.has(button.dataset.toggle)));
  };
  const all = [...document.querySelectorAll("[data-toggle]")];
  for (const button of all) {
    const lane = button.dataset.toggle;
    button.addEventListener("click", (event) => {
      if (event.shiftKey || event.altKey) {
        const alone = all.every((each) => hidden.has(each.dataset.toggle) !== (each === button));
        hidden.clear();
        if (!alone) for (const each of all) if (each !== button) hidden.add(each.dataset.toggle);
      } else if (!hidden.delete(lane)) hidden.add(lane);
      show();
    });
  }

  const written = (value) => {
    if (value === null) return "NaN";
    if (typeof value === "string") return value;
    const size = Math.abs(value);
    return size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential(3) : String(Number(value.toPrecision(4)));
  };
  const before = (places, x) => {
    let low = 0, high = places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (places[middle] <= x) low = middle + 1; else high = middle;
    }
    return low - 1;
  };
  for (const figure of document.querySelectorAll("figure[data-chart]")) {
    const chart = charts[figure.dataset.chart];
    if (!chart) continue;
    const tip = document.createElement("div");
    tip.className = "tip hidden";
    figure.append(tip);
    for (const svg of figure.querySelectorAll(":scope > svg")) {
      const [left, top, width, height] = svg.dataset.frame.split(" ").map(Number);
      const rule = document.createElementNS("http://www.w3.org/2000/svg", "line");
      rule.setAttribute("class", "rule hidden");
      svg.append(rule);
      const away = () => { rule.classList.add("hidden"); tip.classList.add("hidden"); };
      svg.addEventListener("pointerleave", away);
      svg.addEventListener("pointermove", (event) => {
        const box = svg.getBoundingClientRect();
        const scale = svg.viewBox.baseVal.width / box.width;
        const at = (event.clientX - box.left) * scale;
        if (at < left || at > left + width) return away();
        const x = chart.low + ((at - left) / width) * (chart.high - chart.low);
        rule.setAttribute("x1", at); rule.setAttribute("x2", at);
        rule.setAttribute("y1", top); rule.setAttribute("y2", top + height);
        rule.classList.remove("hidden");
        const rows = [];
        for (const lane of chart.lanes) {
          const index = hidden.has(String(lane.id)) ? -1 : before(lane.x, x);
          if (index < 0 || (index === lane.x.length - 1 && x > lane.x[index] + (chart.high - chart.low) * 0.01)) continue;
          rows.push([lane, lane.y[index]]);
        }
        const order = (value) => (typeof value === "number" ? value : Infinity);
        rows.sort((a, b) => order(a[1]) - order(b[1]));
        tip.textContent = "";
        const head = document.createElement("div");
        head.textContent = `${chart.axis} ${chart.axis === "seconds" ? written(x) : Math.round(x).toLocaleString("en-US")}`;
        tip.append(head);
        for (const [lane, value] of rows.slice(0, 16)) {
          const row = document.createElement("div"), name = document.createElement("span"), number = document.createElement("b");
          const swatch = document.querySelector(`[data-toggle="${lane.id}"] svg`);
          if (swatch) row.append(swatch.cloneNode(true));
          name.textContent = lane.name;
          number.textContent = written(value);
          row.append(name, number);
          tip.append(row);
        }
        tip.classList.remove("hidden");
        const room = figure.clientWidth, mine = event.clientX - figure.getBoundingClientRect().left;
        tip.style.left = `${Math.max(4, mine + tip.offsetWidth + 24 > room ? mine - tip.offsetWidth - 14 : mine + 14)}px`;
        tip.style.top = `${Math.min(top / scale + 8, Math.max(4, figure.clientHeight - tip.offsetHeight - 4))}px`;
      });
    }
  }

  document.querySelector(".theme").addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });
})();
