/**
 * The script of the page, as the text that the browser runs. It finds its data in `DATA` and draws with `draw`. Both are
 * written before it.
 *
 * Keys: left and right go through the versions, `/` searches, `c` shows or hides what changed, `0` shows all of it again.
 */
export const PAGE_SCRIPT = `
const find = id => document.getElementById(id);
const SVG = 'http://www.w3.org/2000/svg';
const versions = DATA.versions;
for (const diagram of versions.flatMap(one => one.changes ? [one.diagram, one.changes] : [one.diagram])) {
  for (const kind of ['boxes', 'links']) diagram[kind] = diagram[kind].map(place => DATA.parts[place]);
}
const places = new Map(DATA.layout.places);
const stage = find('stage'), slider = find('slider'), search = find('search'), changes = find('changes');
const svg = document.createElementNS(SVG, 'svg');
stage.append(svg);
slider.max = String(versions.length - 1);
let at = versions.length - 1;
let view = { x: 0, y: 0, width: DATA.layout.width, height: DATA.layout.height };

function show(index, keepAddress) {
  at = Math.max(0, Math.min(versions.length - 1, index));
  const now = versions[at], identities = new Map(now.identities);
  slider.value = String(at);
  slider.setAttribute('aria-valuetext', 'version ' + now.version);
  find('version').textContent = 'v' + now.version;
  const isChanges = changes.checked && now.changes;
  const placeOf = name => places.get(identities.get(name) ?? name);
  svg.innerHTML = draw.diagram(isChanges ? now.changes : now.diagram, placeOf);
  svg.setAttribute('aria-label', 'the entities of version ' + now.version);
  mark();
  tell(now, isChanges ? now.changes : undefined);
  if (!keepAddress) history.replaceState(null, '', '#v=' + now.version);
}

function frame() { svg.setAttribute('viewBox', [view.x, view.y, view.width, view.height].join(' ')); }
function whole() { view = { x: 0, y: 0, width: DATA.layout.width, height: DATA.layout.height }; frame(); }
function zoom(by, clientX, clientY) {
  const point = new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
  view = { x: point.x - (point.x - view.x) * by, y: point.y - (point.y - view.y) * by, width: view.width * by, height: view.height * by };
  frame();
}

function boxNamed(name) { return [...svg.querySelectorAll('.box')].find(box => box.dataset.entity === name); }
function goTo(box) {
  const { x, y, width, height } = box.getBBox();
  const room = Math.max(height + 160, (width + 160) * stage.clientHeight / stage.clientWidth, 480);
  view = { x: x + width / 2 - room / 2, y: y + height / 2 - room / 2, width: room, height: room };
  frame();
}

function mark() {
  const wanted = search.value.trim().toLowerCase();
  let first;
  for (const box of svg.querySelectorAll('.box')) {
    const isFound = wanted !== '' && box.dataset.entity.toLowerCase().includes(wanted);
    box.classList.toggle('found', isFound);
    if (isFound && (!first || box.dataset.entity.length < first.dataset.entity.length)) first = box;
  }
  find('found').textContent = wanted === '' ? '' : svg.querySelectorAll('.found').length + ' found';
  return first;
}

function add(parent, name, text, className) {
  const node = document.createElement(name);
  if (text !== undefined) node.textContent = text;
  if (className) node.className = className;
  parent.append(node);
  return node;
}

function tell(now, diagram) {
  const panel = find('panel');
  panel.replaceChildren();
  add(panel, 'h2', 'Version ' + now.version);
  add(panel, 'p', now.diagram.boxes.length + ' entities. Code from version ' + now.compatible + ' on may run on it.', 'soft');
  if (diagram) {
    const list = add(panel, 'ul');
    for (const box of diagram.boxes) {
      if (!box.mark) continue;
      const said = box.was ? box.was + ' is ' + box.name : box.name + ' ' + box.mark;
      const fields = box.mark === 'changed' ? box.fields.filter(field => field.mark).map(field => field.was ? field.was + ' is ' + field.name : field.name + ' ' + field.mark).concat(box.otherChanges ?? []) : [];
      const item = add(list, 'li');
      add(item, 'button', said).onclick = () => goTo(boxNamed(box.name));
      if (fields.length > 0) item.append(': ' + fields.join(', '));
    }
    if (!list.firstChild) add(panel, 'p', 'No entity changed.', 'soft');
  }
  if (now.lossy) add(panel, 'p', 'Loses data: ' + now.lossy, 'loss');
  if (now.source) { add(panel, 'h2', 'Step'); add(panel, 'pre', now.source); }
  if (now.plan) {
    add(panel, 'h2', 'Plan');
    if (now.plan.unseen) add(panel, 'p', now.plan.unseen, 'soft');
    for (const operation of now.plan.operations) {
      const details = add(panel, 'details');
      add(details, 'summary', operation.title);
      if (operation.sql.length > 0) add(details, 'pre', operation.sql.join(';\\n'));
    }
    if (now.plan.tables.length > 0) {
      const list = add(panel, 'ul', undefined, 'soft');
      list.id = 'tables';
      for (const table of now.plan.tables) add(list, 'li', table);
    }
  }
  if (DATA.log.length > 0) {
    add(panel, 'h2', 'History of ' + DATA.database);
    const list = add(panel, 'ol');
    list.id = 'timeline';
    for (const line of DATA.log) {
      const item = add(list, 'li');
      const index = versions.findIndex(one => one.version === line.to);
      if (index >= 0) add(item, 'button', line.title).onclick = () => show(index);
      else add(item, 'span', line.title);
      add(item, 'div', line.more, 'soft');
    }
  }
}

slider.oninput = () => show(Number(slider.value));
find('back').onclick = () => show(at - 1);
find('forth').onclick = () => show(at + 1);
changes.onchange = () => show(at);
find('whole').onclick = whole;
find('theme').onclick = () => {
  const root = document.documentElement;
  const isDark = root.classList.contains('dark') || (!root.classList.contains('light') && matchMedia('(prefers-color-scheme: dark)').matches);
  for (const node of [root, svg]) { node.classList.toggle('dark', !isDark); node.classList.toggle('light', isDark); }
};
search.oninput = () => mark();
search.onkeydown = event => {
  if (event.key === 'Escape') { search.value = ''; mark(); stage.focus(); }
  if (event.key !== 'Enter') return;
  const box = mark();
  if (!box) return;
  goTo(box);
};
stage.onwheel = event => { event.preventDefault(); zoom(event.deltaY > 0 ? 1.15 : 1 / 1.15, event.clientX, event.clientY); };
stage.onpointerdown = event => {
  const from = { x: event.clientX, y: event.clientY }, start = { ...view }, scale = svg.getScreenCTM().a;
  stage.setPointerCapture(event.pointerId);
  stage.onpointermove = move => {
    view.x = start.x - (move.clientX - from.x) / scale;
    view.y = start.y - (move.clientY - from.y) / scale;
    frame();
  };
  stage.onpointerup = () => { stage.onpointermove = null; };
};
document.addEventListener('keydown', event => {
  if (event.target === search || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target !== slider && event.key === 'ArrowLeft') show(at - 1);
  else if (event.target !== slider && event.key === 'ArrowRight') show(at + 1);
  else if (event.key === '/') search.focus();
  else if (event.key === 'c') { changes.checked = !changes.checked; show(at); }
  else if (event.key === '0') whole();
  else if (event.key === '+') zoom(1 / 1.15, innerWidth / 3, innerHeight / 2);
  else if (event.key === '-') zoom(1.15, innerWidth / 3, innerHeight / 2);
  else return;
  event.preventDefault();
});
function fromAddress() {
  const wanted = Number(/[#&]v=(\\d+)/.exec(location.hash)?.[1] ?? Number.NaN);
  const index = versions.findIndex(one => one.version === wanted);
  show(index < 0 ? versions.length - 1 : index, index < 0);
  if (index < 0 && !Number.isNaN(wanted)) find('found').textContent = 'version ' + wanted + ' is not on this page';
}
addEventListener('hashchange', fromAddress);
whole();
fromAddress();
`;
