import{a}from"./chunk-TBJRKFLA.js";import"./chunk-SVE6PSNF.js";import"./chunk-BKGPNESU.js";export{a as parser};
