"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const table = document.getElementById("labels");
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const box = { left: 44, top: 10, across: 504, down: 234 };

  const shown = document.getElementById("shown");
  const filter = () => {
    const words = document.getElementById("find").value.trim().toLowerCase();
    const status = document.getElementById("status").value;
    let count = 0;
    for (const row of rows) {
      const fits = row.dataset.text.includes(words) && (!status || row.dataset.status === status);
      row.hidden = !fits;
      count += fits ? 1 : 0;
    }
    shown.textContent = `${count} of ${rows.length} labels`;
  };
  document.getElementById("find").addEventListener("input", filter);
  document.getElementById("status").addEventListener("change", filter);

  const key = (row, column) => {
    const text = row.cells[column].dataset.value ?? row.cells[column].textContent;
    return text === "" ? null : Number.isNaN(Number(text)) ? text.toLowerCase() : Number(text);
  };
  const sort = (header) => {
    const column = header.cellIndex;
    const down = header.getAttribute("aria-sort") !== "descending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    const order = rows.map((row) => [key(row, column), row]);
    order.sort(([a], [b]) => {
      if (a === null || b === null) return (a === null) - (b === null); // unknown comes last
      const sign = a < b ? -1 : a > b ? 1 : 0;
      return down ? -sign : sign;
    });
    body.append(...order.map(([, row]) => row));
  };
  for (const header of table.tHead.rows[0].cells) {
    header.querySelector("button").addEventListener("click", () => sort(header));
  }

  const draw = (curve, title, threshold) => {
    for (const name of ["precision", "recall", "f1"]) {
      const points = curve[name]
        .map((y, i) => (y === null ? null : [data.xs[i], y]))
        .filter((point) => point !== null)
        .map(([x, y]) => `${box.left + x * box.across},${box.top + (1 - y) * box.down}`);
      document.getElementById(`curve-${name}`).setAttribute("points", points.join(" "));
    }
    const odds = threshold === null ? null : Math.log(threshold / (1 - threshold));
    const at = odds === null ? -9 : box.left + (odds / data.reach / 2 + 0.5) * box.across;
    const line = document.getElementById("curve-at");
    line.setAttribute("x1", at);
    line.setAttribute("x2", at);
    document.getElementById("curve-title").textContent = title;
  };
  const choose = (row) => {
    for (const other of rows) other.classList.toggle("chosen", other === row);
    const curve = row && data.curves[row.dataset.mid];
    if (curve) draw(curve, row.cells[0].textContent, Number(row.dataset.threshold));
    else draw(data.curves[""], "All labels together", null);
  };
  body.addEventListener("click", (event) => choose(event.target.closest("tr")));
  document.getElementById("all").addEventListener("click", () => choose(null));
  filter();
})();
