import{a}from"./chunk-37QACBQH.js";import"./chunk-SVE6PSNF.js";import"./chunk-BKGPNESU.js";export{a as parser};
