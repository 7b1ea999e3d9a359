"""Parts of pages that rooms share: layout, components, errors -> sentences, languages, accessibility, the clock."""
