// The page reads without this: it sorts and filters tables, opens the section that a link leads to, and all to print.
"use strict";
// Makes buttons of a table's heads. sort: is given the column's number, and whether the greatest comes first.
const sortable = (table, sort) => {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, i) => {
    if (head.classList.contains("bars")) return;  // pictures have no order
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      sort(i, down);
    });
  });
};
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const key = (row, i) => row.cells[i].textContent.trim();
  const number = (text) => {
    const value = Number(text.replace("%", ""));
    return Number.isNaN(value) ? Infinity : value;  // inf, nan and - come last
  };
  sortable(table, (i, down) => {
    const numbers = table.tHead.rows[0].cells[i].classList.contains("number");
    const order = (a, b) => {
      const x = key(a, i), y = key(b, i);
      return (numbers ? number(x) - number(y) || 0 : x.localeCompare(y)) * (down ? -1 : 1);
    };
    body.append(...[...body.rows].sort(order));
  });
}
for (const filter of document.querySelectorAll(".filter[data-table]")) {
  const rows = [...document.getElementById(filter.dataset.table).tBodies[0].rows];
  const input = filter.querySelector("input"), count = filter.querySelector("output");
  const show = () => {
    const words = input.value.toLowerCase().split(/\s+/);
    for (const row of rows) row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word));
    count.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length} rows`;
  };
  filter.hidden = false;
  input.addEventListener("input", show);
  show();
}
const reveal = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (let box = target; box; box = box.parentElement) if (box.tagName === "DETAILS") box.open = true;
  target.scrollIntoView();
};
addEventListener("hashchange", reveal);
reveal();
let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("details:not([open])")];
  for (const box of closed) box.open = true;
});
addEventListener("afterprint", () => { for (const box of closed) box.open = false; });
