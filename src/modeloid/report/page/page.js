// The page's own script: the theme, sortable tables, reading a chart, copying. Without it the page only loses those.
"use strict";
{
  const all = (what, within = document) => [...within.querySelectorAll(what)];
  const make = (name, attributes, text = "") => {
    const element = Object.assign(document.createElement(name), { textContent: text });
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };

  function theme() {
    const root = document.documentElement;
    const button = document.getElementById("theme");
    const night = matchMedia("(prefers-color-scheme: dark)");
    const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : night.matches);
    const name = () => { button.textContent = dark() ? "Light" : "Dark"; };
    button.addEventListener("click", () => {
      root.dataset.theme = dark() ? "light" : "dark";
      name();
      document.dispatchEvent(new Event("theme"));
    });
    night.addEventListener("change", name);
    name();
    button.hidden = false;
  }

  // A table's rows by one of its columns; what has no value comes last either way.
  function sort(table, column, up) {
    const value = (row) => row.cells[column].dataset.by ?? row.cells[column].textContent;
    const rows = [...table.tBodies[0].rows];
    const numeric = rows.every((row) => value(row) === "" || Number.isFinite(Number(value(row))));
    const order = (one, other) => (numeric ? one - other : one.localeCompare(other, "en", { numeric: true }));
    rows.sort((a, b) => {
      const [one, other] = [value(a), value(b)];
      if (one === "" || other === "") return (one === "") - (other === "");
      return up ? order(one, other) : order(other, one);
    });
    table.tBodies[0].append(...rows);
  }

  function sortable(table) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      if (head.hasAttribute("data-fixed")) return;
      const button = make("button", { type: "button" });
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        sort(table, column, up);
      });
    });
  }

  // Only a table that is wider than its place can be scrolled, and then by keys too.
  function scrollable() {
    for (const box of all(".scroll")) {
      const wide = box.scrollWidth > box.clientWidth + 1;
      for (const [key, value] of [["tabindex", "0"], ["role", "group"], ["aria-label", box.dataset.name]]) {
        if (wide) box.setAttribute(key, value);
        else box.removeAttribute(key);
      }
    }
  }

  // As the page's numbers are written elsewhere: four digits, thin spaces between thousands.
  function short(value, digits = 4) {
    if (value === 0) return "0";
    const size = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(digits)))));
    if (size < -4 || size >= 7) return value.toExponential(digits - 1).replace(/\.?0+e/, "e").replace("e+", "e").replaceAll("-", "−");
    let [whole, part] = value.toFixed(Math.max(0, digits - 1 - size)).split(".");
    part = (part ?? "").replace(/0+$/, "");
    return (whole.replace(/\B(?=(\d{3})+$)/g, "\u202f") + (part ? "." + part : "")).replace("-", "−");
  }

  function nearest(values, wanted) {
    let [low, high] = [0, values.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (values[middle] <= wanted) low = middle;
      else high = middle;
    }
    return Math.abs(values[high] - wanted) < Math.abs(values[low] - wanted) ? high : low;
  }

  function readable(chart) {
    const data = JSON.parse(chart.querySelector(".drawn").textContent);
    const places = [...new Set(data.lines.flatMap((line) => line.x))].sort((one, other) => one - other);
    const plot = chart.querySelector(".plot");
    const scale = chart.querySelector(".scale");
    const now = all(".now", chart);
    const where = chart.querySelector(".where");
    const rest = now.map((slot) => slot.textContent);
    let logarithmic = false;
    let at = places.length - 1;
    const edges = () => (logarithmic ? data.logEdges : data.edges);
    if (scale) {
      scale.hidden = false;
      scale.setAttribute("aria-label", `Logarithmic scale for ${data.title}`);
      scale.addEventListener("click", () => {
        logarithmic = !logarithmic;
        scale.setAttribute("aria-pressed", logarithmic);
        plot.querySelector(".linear").hidden = logarithmic;
        plot.querySelector(".logarithmic").hidden = !logarithmic;
      });
    }
    if (places.length < 2) return;
    const probe = make("div", { class: "probe", role: "slider", tabindex: "0", "aria-label": `Values of ${data.title}`,
      "aria-valuemin": places[0], "aria-valuemax": places.at(-1) });
    const line = make("i", {});
    probe.append(line);
    plot.append(probe);
    const read = (x) => data.lines.map((one) => {
      const index = nearest(one.x, x);
      const within = x >= one.x[0] && x <= one.x.at(-1);
      return within ? short(one.y[index]) : "–";
    });
    const show = () => {
      const [left, right, first, last] = edges();
      const values = read(places[at]);
      line.style.left = `${100 * (left + ((places[at] - first) / (last - first)) * (right - left))}%`;
      now.forEach((slot, index) => { slot.textContent = values[index]; });
      where.textContent = `${data.across} ${short(places[at], 6)}`;
      probe.setAttribute("aria-valuenow", places[at]);
      probe.setAttribute("aria-valuetext", `${where.textContent}: ${data.lines.map((one, index) => `${one.name} ${values[index]}`).join(", ")}`);
      probe.classList.add("on");
    };
    const leave = () => {
      if (document.activeElement === probe) return;
      probe.classList.remove("on");
      where.textContent = "";
      now.forEach((slot, index) => { slot.textContent = rest[index]; });
    };
    probe.setAttribute("aria-valuenow", places[at]);
    probe.addEventListener("pointermove", (event) => {
      const box = probe.getBoundingClientRect();
      const [left, right, first, last] = edges();
      const part = ((event.clientX - box.left) / box.width - left) / (right - left);
      at = nearest(places, first + Math.min(1, Math.max(0, part)) * (last - first));
      show();
    });
    probe.addEventListener("pointerleave", leave);
    probe.addEventListener("focus", show);
    probe.addEventListener("blur", leave);
    probe.addEventListener("keydown", (event) => {
      const wide = Math.max(1, Math.round(places.length / 20));
      const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -wide, PageUp: wide,
        Home: -places.length, End: places.length };
      if (!(event.key in steps)) return;
      event.preventDefault();
      at = Math.min(places.length - 1, Math.max(0, at + steps[event.key]));
      show();
    });
  }

  function copied(box) {
    const button = box.querySelector("button");
    const code = box.querySelector("code");
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(code.textContent);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(code);
        button.textContent = document.execCommand("copy") ? "Copied" : "Press Ctrl+C";
      }
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
  }

  theme();
  all("table.sortable").forEach(sortable);
  all(".chart").forEach(readable);
  all(".copy").forEach(copied);
  scrollable();
  addEventListener("resize", scrollable);
  all("details").forEach((fold) => fold.addEventListener("toggle", scrollable));
}
