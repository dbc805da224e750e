import{a}from"./chunk-IYK77XBO.js";import"./chunk-SVE6PSNF.js";import"./chunk-BKGPNESU.js";export{a as parser};
