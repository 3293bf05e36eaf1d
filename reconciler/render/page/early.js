document.documentElement.classList.add("scripted-page");
