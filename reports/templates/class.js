// The table of students. Its rows are data within the page, read when they are first needed; never more than a hundred of
// them are elements, so that a class of thousands opens at once. Without this the page has its first rows.
"use strict";
const students = document.getElementById("students-table");
if (students) {
  const body = students.tBodies[0], heads = [...students.tHead.rows[0].cells], most = Number(students.dataset.most);
  const choices = document.getElementById("choices"), pages = document.getElementById("pages");
  const text = choices.querySelector("input"), selects = [...choices.querySelectorAll("select")];
  const [previous, next] = pages.querySelectorAll("button"), words = new Intl.Collator("en", {numeric: true});
  const empty = document.getElementById("student").content.firstElementChild;
  let known = null, found = null, first = 0, order = null;  // found: of all that are known, those that pass the filter

  const all = () => known ??= JSON.parse(document.getElementById("students-data").textContent).map(
    ([cells, link, tags], place) => ({cells, link, tags, place, said: cells.join(" ").toLowerCase()}));
  const row = ({cells, link}, i) => {
    const made = empty.cloneNode(true), name = made.querySelector("a");
    cells.forEach((cell, j) => { (j ? made.cells[j] : name).textContent = cell; });
    if (link) name.setAttribute("href", link);
    made.setAttribute("aria-rowindex", i + 2);
    return made;
  };
  const draw = (from, to) => body.replaceChildren(...found.slice(from, to).map((one, i) => row(one, from + i)));
  const show = () => {
    const last = Math.min(first + most, found.length);
    draw(first, last);
    students.setAttribute("aria-rowcount", found.length + 1);
    choices.querySelector("output").textContent = `${found.length} of ${all().length} students`;
    pages.querySelector("output").textContent = `${first + 1} to ${last} of ${found.length}`;
    pages.hidden = found.length <= most;
    previous.setAttribute("aria-disabled", first === 0);
    next.setAttribute("aria-disabled", last === found.length);
  };
  const search = () => {
    const asked = text.value.toLowerCase().split(/\s+/);
    const tags = selects.filter((select) => select.value).map((select) => Number(select.value));
    found = all().filter((one) => tags.every((tag) => one.tags.includes(tag)) && asked.every((word) => one.said.includes(word)));
    if (order) found.sort(order);
    first = 0;
    show();
  };
  const turn = (rows) => {
    found ??= all();
    if (first + rows < 0 || first + rows >= found.length) return;
    first += rows;
    show();
    students.scrollIntoView();
  };
  const clear = () => { for (const control of [text, ...selects]) control.value = ""; };

  sortable(students, (i, down) => {
    const {classList} = heads[i], sign = down ? -1 : 1;
    order = (a, b) => {
      const x = a.cells[i], y = b.cells[i];
      if (classList.contains("places")) return sign * (a.place - b.place);  // those to look at stand first in the data
      if (!x || !y) return !x - !y;  // nothing comes last, both ways
      return sign * (classList.contains("number") ? Number(x) - Number(y) : words.compare(x, y));
    };
    search();
  });
  for (const control of [text, ...selects]) control.addEventListener("input", search);
  choices.querySelector("button").addEventListener("click", () => { clear(); search(); });
  previous.addEventListener("click", () => turn(-most));
  next.addEventListener("click", () => turn(most));
  document.addEventListener("click", (event) => {
    const tag = event.target.closest("a[data-tag]")?.dataset.tag;
    if (!tag) return;
    clear();
    for (const select of selects) if (select.querySelector(`option[value="${tag}"]`)) select.value = tag;
    search();
  });
  addEventListener("beforeprint", () => { found ??= all(); draw(0, found.length); });
  addEventListener("afterprint", show);
  choices.hidden = false;
  const beginning = document.getElementById("beginning");  // there where the page has not every row
  if (beginning) beginning.hidden = true;
  pages.hidden = !beginning;
  previous.setAttribute("aria-disabled", "true");
}
