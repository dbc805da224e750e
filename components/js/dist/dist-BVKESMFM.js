import{a}from"./chunk-4GWPSBXO.js";import"./chunk-SVE6PSNF.js";import"./chunk-BKGPNESU.js";export{a as parser};
