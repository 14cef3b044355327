/**
 * Where the source of a site on GitHub Pages stands: `owner.github.io/repository/` is made from `github.com/owner/repository`.
 *
 * @param {URL} site  the top of the site
 * @returns {string | null} null: it is served from elsewhere, and nothing tells
 */
export function sourceAddress(site) {
  const owner = /^([a-z\d-]+)\.github\.io$/.exec(site.hostname)?.[1];
  if (!owner) return null;
  const repository = site.pathname.split("/")[1] || site.hostname;
  return `https://github.com/${owner}/${repository}`;
}
