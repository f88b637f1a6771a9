// What a page looks like to whom: read by cases_looks.py, which runs it in the page.
(() => {
	const box = e => e.getBoundingClientRect();
	const shown = e => { const r = box(e), s = getComputedStyle(e); return r.width > 0 && r.height > 0 && s.visibility !== "hidden"; };
	const colour = text => { const n = text.match(/[\d.]+/g).map(Number); return n.length < 4 ? [n[0], n[1], n[2], 1] : n; };
	const light = c => { const [r, g, b] = c.map(v => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
		return .2126 * r + .7152 * g + .0722 * b; };
	const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + .05) / (y + .05); };
	const ground = e => { for (; e; e = e.parentElement) { const c = colour(getComputedStyle(e).backgroundColor); if (c[3] > 0) return c; }
		return canvas; };
	const canvas = (() => { const e = document.body, own = e.style.backgroundColor; e.style.backgroundColor = "Canvas";
		const c = colour(getComputedStyle(e).backgroundColor); e.style.backgroundColor = own; return c; })();
	const found = [];

	if (document.documentElement.scrollWidth > innerWidth)
		found.push(`wider than the window: ${document.documentElement.scrollWidth}`);
	for (const e of document.querySelectorAll("body *")) {
		const r = box(e), name = e.tagName.toLowerCase() + (e.id ? "#" + e.id : "");
		if (!shown(e) || e.matches("svg *, .skip"))
			continue;
		if (r.right > innerWidth + 1 || r.left < -1)
			found.push(`${name} sticks out`);
		if (e.matches("a, button, input") && (r.width < 24 || r.height < 24))
			found.push(`${name} is ${r.width} by ${r.height}`);
		if ([...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) {
			const c = contrast(colour(getComputedStyle(e).color), ground(e));
			if (c < 4.5)
				found.push(`${name}: contrast ${c.toFixed(2)}: ${e.innerText}`);
		}
		if (e.matches("input:not([readonly])") && contrast(colour(getComputedStyle(e).borderTopColor), ground(e.parentElement)) < 3)
			found.push(`${name}: its edge is hard to see`);
	}
	return found;
})()
