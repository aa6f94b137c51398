// Without scripts the page shows its fixed hours.
document.getElementById('open').textContent = openingText(new Date());
